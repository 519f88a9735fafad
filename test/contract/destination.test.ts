import { createFolder, folderDestination } from '../../src/main/destination/folder.ts';
import { memoryDestination } from '../helpers/memory-destination.ts';
import { tempFolder } from '../helpers/temp.ts';
import { destinationSuite } from './destination.suite.ts';
import { splitSuite } from './split.suite.ts';

destinationSuite('a folder', {
  open: async () => {
    const root = tempFolder('destination');
    await createFolder(root);
    return folderDestination(root);
  },
});

splitSuite('a folder', async () => {
  const root = tempFolder('split');
  await createFolder(root);
  return folderDestination(root);
});

// What the tests of other rooms store in has to behave as the real ones do.
destinationSuite('memory, which other tests use,', { open: async () => memoryDestination(), largeBytes: 1024 * 1024 });
