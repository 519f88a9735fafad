/** What lies beside the backups, for whoever finds them and has no Holdfast. `docs/format.md` tells more. */
export const restoreHelp = `HOW TO RESTORE THESE BACKUPS WITHOUT HOLDFAST

Each backup has one line of facts in manifests/ID.jsonl and its files in data/ID/.
A backup without a manifest is not whole: do not use it. All you need is zstd and, for PostgreSQL, pg_restore.

1. Find the backup. Its name carries the moment it began (UTC): bk-YYYYMMDD-HHMMSS-...
     ls manifests
     head -n 1 manifests/ID.jsonl

2. SQLite
     zstd -dc data/ID/01-NAME.sqlite.zst > app.db
   Put it in place only while the application is stopped, and remove app.db-wal and app.db-shm first.

3. PostgreSQL (into a new, empty database; as a plain role, not as a superuser)
     createdb -T template0 target
     zstd -dc data/ID/01-NAME.pgdump.zst > x.pgdump
     pg_restore -j4 --no-owner -d target x.pgdump
   Roles, where they were kept, are SQL: read it before you run it.
     zstd -dc data/ID/NN-NAME.sql.zst

4. Sealed backups: their files end in .gpg. Needed besides: gpg, and the recovery kit of the place they were sealed for, a printed
   page. It has the same steps with everything filled in. Type its 64 digits into typed.txt, then:
     tr 'A-F' 'a-f' < typed.txt | tr -dc '0-9a-f' > secret.txt
   Which of the recipients your kit is (its key, secret-..., stands on the kit); this must say a number:
     N=$(head -n 1 manifests/ID.jsonl | grep -o '"recipients":\\[[^]]*\\]' | tr , '\\n' | grep -n -m 1 KEY | cut -d : -f 1); echo $N
   Then, in the place of zstd -dc FILE in 2 and 3:
     tail -c +$((48 * N - 47)) FILE | gpg --batch --pinentry-mode loopback --passphrase-file secret.txt -d | zstd -d
   Somebody whose own OpenPGP key it was sealed for needs no kit: KEY is then key- and nothing more, and the command is
     tail -c +$((48 * N - 47)) FILE | gpg -d | zstd -d

5. Files that end in .part-0001, .part-0002 and so on are one file that was cut. Put them together first, then go on as above:
     cat data/ID/01-NAME.pgdump.zst.gpg.part-* > 01-NAME.pgdump.zst.gpg
   or without a copy, for a sealed one:
     cat FILE.part-* | tail -c +$((48 * N - 47)) | gpg --batch --pinentry-mode loopback --passphrase-file secret.txt -d | zstd -d

6. To check first that nothing was changed: these two must show the same number,
     head -n 1 manifests/ID.jsonl | tr -d '\\n' | sha256sum
     tail -n 1 manifests/ID.jsonl
   and these must be, in this order, the "ranges" of that file in the manifest.
     split -b 64M --filter=sha256sum data/ID/01-NAME.pgdump.zst
`;
