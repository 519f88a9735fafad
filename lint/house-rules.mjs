// House rules for oxlint that its own rules cannot express. Each raw primitive has one owner; everyone else asks the
// owner, so that a test can put a fake in its place and a reader finds every use in one file. Which file owns what is
// written in .oxlintrc.json, under "overrides".

/** @typedef {{ create: (context: any) => Record<string, (node: any) => void> }} Rule as ESLint has it */

/**
 * Whether an identifier is the global of that name, and not a variable or an import that happens to be called so.
 * @param {any} context
 * @param {any} node
 */
function isGlobal(context, node) {
  for (let scope = context.sourceCode.getScope(node); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(node.name);
    if (variable !== undefined) return variable.defs.length === 0;
  }
  return true;
}

/**
 * `object.name` or `object['name']`.
 * @param {any} node a MemberExpression
 * @returns {string | undefined}
 */
function memberName(node) {
  if (!node.computed && node.property.type === 'Identifier') return node.property.name;
  if (node.computed && node.property.type === 'Literal') return String(node.property.value);
  return undefined;
}

/**
 * Visitors that report the use of some members of a global object, or of a Node module's exports of the same names.
 * @param {any} context
 * @param {{ object: string, modules: string[], members: (name: string) => boolean, message: string }} forbidden
 */
function forbidMembers(context, { object, modules, members, message }) {
  /** @param {any} node @param {any} name */
  const report = (node, name) => {
    if (name !== undefined && members(name)) context.report({ node, message });
  };
  return {
    /** @param {any} node */
    MemberExpression(node) {
      if (node.object.type === 'Identifier' && node.object.name === object && isGlobal(context, node.object)) {
        report(node, memberName(node));
      }
      // globalThis.process.env
      if (node.object.type === 'MemberExpression' && node.object.object.type === 'Identifier') {
        const outer = node.object.object.name;
        if ((outer === 'globalThis' || outer === 'global') && memberName(node.object) === object) {
          report(node, memberName(node));
        }
      }
    },
    /** @param {any} node */
    VariableDeclarator(node) {
      if (node.init?.type !== 'Identifier' || node.init.name !== object || !isGlobal(context, node.init)) return;
      if (node.id.type !== 'ObjectPattern') return;
      for (const property of node.id.properties) {
        if (property.type === 'Property' && property.key.type === 'Identifier') report(property, property.key.name);
      }
    },
    /** @param {any} node */
    ImportDeclaration(node) {
      if (!modules.includes(node.source.value) || node.importKind === 'type') return;
      for (const specifier of node.specifiers) {
        if (specifier.type !== 'ImportSpecifier') context.report({ node: specifier, message });
        else if (specifier.importKind !== 'type')
          report(specifier, specifier.imported.name ?? specifier.imported.value);
      }
    },
  };
}

/** @type {Rule} */
const clock = {
  create(context) {
    const message = 'Take the time from src/main/base/clock.ts, or as an argument, so that a test can set it.';
    return {
      /** @param {any} node */
      MemberExpression(node) {
        const { object } = node;
        if (object.type !== 'Identifier' || object.name !== 'Date' || !isGlobal(context, object)) return;
        if (memberName(node) === 'now') context.report({ node, message });
      },
      /** @param {any} node */
      NewExpression(node) {
        if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date' || node.arguments.length > 0) return;
        if (isGlobal(context, node.callee)) context.report({ node, message });
      },
      /** @param {any} node `Date()` is the current time as text */
      CallExpression(node) {
        if (node.callee.type !== 'Identifier' || node.callee.name !== 'Date') return;
        if (isGlobal(context, node.callee)) context.report({ node, message });
      },
    };
  },
};

/** @type {Rule} */
const environment = {
  create: (context) =>
    forbidMembers(context, {
      object: 'process',
      modules: ['process', 'node:process'],
      members: (name) => name === 'env',
      message: 'Environment variables are read in src/main/base/environment.ts; take what you need from there.',
    }),
};

/** @type {Rule} */
const terminal = {
  create(context) {
    const message = 'Only src/main/cli/terminal.ts writes to the terminal. Return the value, throw, or log it.';
    const streams = forbidMembers(context, {
      object: 'process',
      modules: ['process', 'node:process'],
      members: (name) => name === 'stdout' || name === 'stderr',
      message,
    });
    return {
      ...streams,
      /** @param {any} node */
      Identifier(node) {
        if (node.name !== 'console' || !isGlobal(context, node)) return;
        const { parent } = node;
        const isUse = parent.type === 'MemberExpression' ? parent.object === node : parent.type === 'CallExpression';
        if (isUse) context.report({ node, message });
      },
    };
  },
};

const childProcess = /^(?:node:)?child_process$/;

/** @type {Rule} */
const programs = {
  create(context) {
    const message = 'Start programs through src/main/base/run.ts: an argv array, no shell, a time limit, a signal.';
    return {
      /** @param {any} node */
      ImportDeclaration(node) {
        if (!childProcess.test(node.source.value) || node.importKind === 'type') return;
        const values = node.specifiers.filter((/** @type {any} */ specifier) => specifier.importKind !== 'type');
        if (node.specifiers.length === 0 || values.length > 0) context.report({ node, message });
      },
      /** @param {any} node */
      ImportExpression(node) {
        if (node.source.type === 'Literal' && childProcess.test(String(node.source.value)))
          context.report({ node, message });
      },
      /** @param {any} node */
      CallExpression(node) {
        const [first] = node.arguments;
        const name =
          node.callee.name ?? (node.callee.type === 'MemberExpression' ? memberName(node.callee) : undefined);
        if (name !== 'require' && name !== 'getBuiltinModule') return;
        if (first?.type === 'Literal' && childProcess.test(String(first.value))) context.report({ node, message });
      },
    };
  },
};

/** @type {Rule} */
const needsIsUsed = {
  create: (context) => ({
    /** @param {any} node */
    ExpressionStatement(node) {
      const { expression } = node;
      if (expression.type === 'CallExpression' && expression.callee.name === 'needs') {
        context.report({
          node,
          message: 'needs() only says whether the thing is here. Use its answer: describe.runIf(needs(…)).',
        });
      }
    },
  }),
};

export default {
  meta: { name: 'house' },
  rules: { clock, environment, terminal, programs, 'needs-is-used': needsIsUsed },
};
