import type { S3Settings } from './destination.ts';

/**
 * What a key needs to store, read, list and go on with uploads in this place, and no right to remove. AWS has no right
 * to write without the right to overwrite: what is overwritten is kept where the bucket has versions.
 */
export function policyWithoutDelete({ bucket, prefix }: S3Settings): object {
  const within = prefix === '' ? '*' : `${prefix}/*`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        Resource: `arn:aws:s3:::${bucket}/${within}`,
      },
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
        Resource: `arn:aws:s3:::${bucket}`,
      },
    ],
  };
}
