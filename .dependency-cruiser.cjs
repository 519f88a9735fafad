// Who may import whom. Each rule says why it is there, and
// `npm run boundaries` prints that sentence when the rule is broken. Imports of types count like any other.

const nouns = 'source|engine|artifact|destination|catalog|vault|spool';
const pure = '^src/main/(?:schedule|retention|standing)/|^src/main/alert/rules[.]ts$';
/** What every verb may lean on. `set` is a stored backup: an artifact found in a destination and checked. */
const below = `^src/main/(?:base|set|${nouns}|schedule|retention)/`;
const verbs = 'backup|carry|restore|verify|diff|prune|purge|find|scrub|thaw|drill|adopt|migrate|recover|protect';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'shared-imports-only-the-schema-library',
      comment:
        'src/shared is what both sides say to each other. It must load in a browser and must not drag a side along.',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { pathNot: '^src/shared/|^node_modules/zod/' },
    },
    {
      name: 'renderer-knows-only-shared',
      comment:
        'The window asks through the contract. If it could import the Node side, the contract would stop being the only way in.',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { path: '^src/', pathNot: '^src/(?:renderer|shared)/' },
    },
    {
      name: 'renderer-has-no-node',
      comment: 'The window runs without Node, so a Node module would fail only once it is opened.',
      severity: 'error',
      from: { path: '^src/renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'controls-come-from-ui',
      comment:
        'Only src/renderer/ui knows React Aria. A screen that built its own control would have its own keys, names and looks.',
      severity: 'error',
      from: { path: '^src/renderer/', pathNot: '^src/renderer/ui/' },
      to: { path: '^node_modules/(?:react-aria|react-stately|@react-aria|@react-stately)' },
    },
    {
      name: 'ui-knows-no-screen',
      comment: 'A control is told what it shows. If it knew the store or a screen, the next screen could not use it.',
      severity: 'error',
      from: { path: '^src/renderer/ui/' },
      to: { path: '^src/renderer/', pathNot: '^src/renderer/(?:ui|words|style)/|^src/renderer/clock[.]ts$' },
    },
    {
      name: 'screens-do-not-know-each-other',
      comment: 'A screen leads to another by its address (route.ts), never by its code.',
      severity: 'error',
      from: {
        path: '^src/renderer/(overview|sources|backups|diff|activity|restore|first-run|settings|plans|destinations|kit)/',
      },
      to: {
        path: '^src/renderer/(?:overview|sources|backups|diff|activity|restore|first-run|settings|plans|destinations|kit)/',
        pathNot: '^src/renderer/(?:$1|diff|first-run|kit)/',
      },
    },
    {
      name: 'preload-is-only-a-bridge',
      comment:
        'The preload script runs with more rights than the window. It exposes the bridge and knows nothing else.',
      severity: 'error',
      from: { path: '^src/preload/' },
      to: { pathNot: '^src/(?:preload|shared)/|^node_modules/electron/|^electron$' },
    },
    {
      name: 'electron-only-in-shell',
      comment:
        'Everything outside src/main/shell loads in plain Node, so it can be tested, scripted and run without a window.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(?:main/shell|preload)/' },
      to: { path: '^node_modules/electron/|^electron$' },
    },
    {
      name: 'base-stands-on-nothing',
      comment: 'Everyone in src/main stands on base, so base may stand on shared and on Node alone.',
      severity: 'error',
      from: { path: '^src/main/base/' },
      to: { pathNot: '^src/main/base/|^src/shared/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'ssh-stands-on-base',
      comment: 'A connection with a pinned host key is the same for a tunnel and for a place, so it knows neither.',
      severity: 'error',
      from: { path: '^src/main/ssh/' },
      to: { path: '^src/main/', pathNot: '^src/main/(?:base|ssh)/' },
    },
    {
      name: 'policy-is-pure',
      comment:
        'What is due and what is kept follow from settings, past and now alone: no disk, no clock, no library. croner is let in as a parser of cron lines: it tells the next moment after one that it is given.',
      severity: 'error',
      from: { path: pure },
      to: {
        pathNot:
          '^src/shared/|^src/main/(?:schedule|retention|standing)/|^src/main/alert/rules[.]ts$|^node_modules/croner/',
      },
    },
    {
      name: 'nouns-do-not-know-each-other',
      comment:
        'A source does not know where its bytes go, and a destination does not know what they are. A verb brings them together.',
      severity: 'error',
      from: { path: `^src/main/(${nouns})/` },
      to: { path: '^src/main/', pathNot: '^src/main/(?:base|ssh|$1)/' },
    },
    {
      name: 'set-stands-on-nouns',
      comment:
        'A stored backup is an artifact in a destination. It is opened the same way for every verb, so it knows none of them.',
      severity: 'error',
      from: { path: '^src/main/set/' },
      to: { path: '^src/main/', pathNot: '^src/main/(?:set|base|artifact|destination|spool)/' },
    },
    {
      name: 'verbs-do-not-know-each-other',
      comment:
        'A verb that leans on another cannot change without it. Only the composing ones may: restore, drill, recover, protect.',
      severity: 'error',
      from: { path: '^src/main/(backup|carry|verify|diff|prune|purge|find|scrub|thaw|adopt|migrate)/' },
      to: { path: '^src/main/', pathNot: `${below}|^src/main/$1/` },
    },
    {
      name: 'restore-composes-backup-verify-diff',
      comment:
        'A restore makes the backup that undoes it, proves what it wrote and shows what will change. It needs no other verb.',
      severity: 'error',
      from: { path: '^src/main/restore/' },
      to: { path: '^src/main/', pathNot: `${below}|^src/main/(?:restore|backup|verify|diff)/` },
    },
    {
      name: 'composing-verbs-stay-below-the-wire',
      comment:
        'Drill, recover and protect put verbs together, but they do not queue jobs, write letters or know a door.',
      severity: 'error',
      from: { path: '^src/main/(?:drill|recover|protect)/' },
      to: { path: '^src/main/', pathNot: `${below}|^src/main/(?:${verbs})/` },
    },
    {
      name: 'runners-stay-below-the-wire',
      comment:
        'Job, audit and alert run the verbs and write down what happened. They are handed what they need, they do not assemble it.',
      severity: 'error',
      from: { path: '^src/main/(?:job|audit|alert)/', pathNot: pure },
      to: { path: '^src/main/', pathNot: `${below}|^src/main/(?:${verbs}|job|audit|alert)/` },
    },
    {
      name: 'nobody-knows-a-door',
      comment:
        'The three doors open the same house. Were a room to know its door, the others would have to carry it along.',
      severity: 'error',
      from: { path: '^src/main/', pathNot: '^src/main/(?:shell|serve|cli|window)/|^src/main/index[.]ts$' },
      to: { path: '^src/main/(?:shell|serve|cli|window)/' },
    },
    {
      name: 'doors-do-not-know-each-other',
      comment:
        'Each door must open alone: a server has no window, and a terminal no browser. All of them come in through serve/door.ts, which finds the owner of the data folder or becomes it. Only the command that opens the browser door knows that one.',
      severity: 'error',
      from: { path: '^src/main/(shell|serve|cli)/', pathNot: '^src/main/cli/serve[.]ts$' },
      to: { path: '^src/main/(?:shell|serve|cli)/', pathNot: '^src/main/$1/|^src/main/serve/door[.]ts$' },
    },
    {
      name: 'only-one-command-opens-the-browser-door',
      comment: 'The terminal begins the browser door with holdfast serve, and knows nothing of it anywhere else.',
      severity: 'error',
      from: { path: '^src/main/cli/', pathNot: '^src/main/cli/serve[.]ts$' },
      to: { path: '^src/main/(?:serve|window)/', pathNot: '^src/main/serve/door[.]ts$' },
    },
    {
      name: 'window-is-shared-by-the-doors',
      comment:
        'src/main/window is what the Electron shell and the browser door do alike: what a window may send. It opens nothing and knows neither of them.',
      severity: 'error',
      from: { path: '^src/main/window/' },
      to: { path: '^src/main/', pathNot: '^src/main/(?:window|base)/' },
    },
    {
      name: 'doors-go-through-the-wire',
      comment:
        'A door calls the contract through wire.ts. What it did past it, the other doors could not do. The folders of the browser door only look at the first bytes of a file as the SQLite engine does (header.ts is pure), and the shell runs jobs in processes of its own kind, as a host does (job/host.ts). source/ and kit/read-page.ts only read what a text says.',
      severity: 'error',
      from: { path: '^src/main/(?:(?:shell|serve|cli)/|index[.]ts$)' },
      to: {
        path: '^src/main/',
        pathNot:
          '^src/main/(?:shell|serve|cli|window|base|source)/|^src/main/wire[.]ts$|^src/main/engine/sqlite/header[.]ts$|^src/main/kit/read-page[.]ts$|^src/main/job/(?:host|host-side|message|orphan)[.]ts$',
      },
    },
    {
      name: 'only-the-wire-knows-the-house',
      comment:
        'src/main/house answers the calls of the contract. It is assembled in one place, or two answers would differ.',
      severity: 'error',
      from: { path: '^src/main/', pathNot: '^src/main/(?:house/|wire[.]ts$)' },
      to: { path: '^src/main/house/' },
    },
    {
      name: 'worker-has-no-memory-and-no-keys',
      comment:
        'A job process does one job with the secrets it was sent. The catalog has one writer and the vault one reader: the app.',
      severity: 'error',
      from: { path: '^src/main/worker[.]ts$' },
      to: { path: '^src/main/(?:catalog|vault|audit|alert|wire[.]ts|index[.]ts)' },
    },
    {
      name: 'nobody-imports-a-composition-root',
      comment: 'index.ts and worker.ts are where a process begins. Importing one would start it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/main/(?:index|worker)[.]ts$' },
    },
    {
      name: 'source-does-not-import-its-proof',
      comment: 'Tests, benchmarks and scripts are not shipped.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(?:test|bench|scripts|lint)/' },
    },
    {
      name: 'only-shipped-packages',
      comment:
        'A package that src imports at run time must be listed under dependencies, or it is missing from what is shipped.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional'],
        dependencyTypesNot: ['type-only'],
        pathNot: '^node_modules/(?:electron|@types)/',
      },
    },
    {
      name: 'no-circles',
      comment:
        'Files that import each other in a circle can only be understood together, and load in an order nobody chose.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-can-be-found',
      comment: 'An import that leads nowhere fails when it is first needed.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    moduleSystems: ['es6', 'cjs'],
  },
};
