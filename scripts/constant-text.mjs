/**
 * ESLint rule: what is said to a shell or to a database's server is a constant text. Values go to a server through placeholders and to a shell as words ("$1"), so
 * that nothing in them is ever read as SQL or shell. A template may only have constants of a module in it, and what functions make of nothing but these.
 */

const messages = {
  sql: "SQL is a constant text; give values by placeholders: ? for a text, ?? for a name.",
  shell: 'A script is a constant text; give values as its words: "$1".',
};

const isName = (key, names) => (key.type === "Identifier" && names.includes(key.name)) || names.includes(key.value);

/** Whether a variable is the same in every run: a constant or an import of its module. */
function isOfModule(identifier, sourceCode) {
  for (let scope = sourceCode.getScope(identifier); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(identifier.name);
    if (variable !== undefined)
      return (
        ["module", "global"].includes(scope.type) &&
        variable.defs.every(({ type, parent }) => type !== "Variable" || parent.kind === "const")
      );
  }
  return false;
}

function isConstant(node, sourceCode) {
  const all = (nodes) => nodes.every((one) => isConstant(one, sourceCode));
  switch (node.type) {
    case "Literal":
      return true;
    case "Identifier":
      return isOfModule(node, sourceCode);
    case "TemplateLiteral":
      return all(node.expressions);
    case "BinaryExpression":
      return all([node.left, node.right]);
    case "MemberExpression":
      return isConstant(node.object, sourceCode) && (!node.computed || isConstant(node.property, sourceCode));
    case "CallExpression":
      return isConstant(node.callee, sourceCode) && all(node.arguments.filter(({ type }) => type !== "ArrowFunctionExpression"));
    default:
      return false;
  }
}

/** Texts alone are looked at: a variable's own text is where it is made. */
const isText = ({ type }) => type === "TemplateLiteral" || type === "BinaryExpression";

export const constantText = {
  meta: { type: "problem", messages, schema: [] },
  create({ sourceCode, report }) {
    const look = (node, messageId) => {
      if (node !== undefined && isText(node) && !isConstant(node, sourceCode)) report({ node, messageId });
    };
    return {
      CallExpression({ callee, arguments: [text] }) {
        if (callee.type === "MemberExpression" && isName(callee.property, ["query", "execute"])) look(text, "sql");
      },
      Property({ key, value }) {
        if (isName(key, ["sql"])) look(value, "sql");
        if (isName(key, ["script"])) look(value, "shell");
      },
    };
  },
};
