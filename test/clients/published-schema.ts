import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/client/validators/ajv";
import ts from "typescript";

export type Revision = "2025-11-25" | "2026-07-28";

interface Schema {
  $schema: string;
  $defs: Record<string, unknown>;
}

const suitePath = fileURLToPath(new URL("installed/node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url));
/** A definition that no other revision of the same dialect has. */
const only: Record<Revision, string> = { "2025-11-25": "InitializeResult", "2026-07-28": "DiscoverResult" };

function isSchemaLiteral(node: ts.Node): node is ts.ObjectLiteralExpression {
  if (!ts.isObjectLiteralExpression(node)) return false;
  const names = node.properties.map(({ name }) => name?.getText());
  return names.length === 2 && names[0] === "$schema" && names[1] === "$defs";
}

/** The conformance suite carries the protocol's published schemas; it exports nothing, so they are taken out of its code, as the data that they are. */
function schemasOfSuite(): Schema[] {
  const file = ts.createSourceFile("suite.js", readFileSync(suitePath, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Schema[] = [];
  const look = (node: ts.Node): void => {
    if (isSchemaLiteral(node)) found.push(runInNewContext(`JSON.parse(JSON.stringify(${node.getText()}))`) as Schema);
    else ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

/**
 * The published JSON schema of a revision. Needs what "npm run install:clients" installs.
 * @returns What is wrong with a value by one of its definitions; undefined where nothing is.
 * @throws {Error} where the suite does not carry that schema any more, or the schema has no such definition.
 */
export function publishedSchema(revision: Revision): (definition: string, value: unknown) => string | undefined {
  const schemas = schemasOfSuite().filter(({ $defs }) => only[revision] in $defs);
  const [schema] = schemas;
  if (!schema || schemas.length !== 1) throw new Error(`Cannot take the schema of ${revision} out of "${suitePath}": it holds ${schemas.length}, must hold one`);
  const validator = new AjvJsonSchemaValidator();
  const checks = new Map<string, ReturnType<typeof validator.getValidator>>();
  return (definition, value) => {
    if (!(definition in schema.$defs)) throw new Error(`The schema of ${revision} has no "${definition}"`);
    const check = checks.get(definition) ?? validator.getValidator({ ...schema, $ref: `#/$defs/${definition}` } as Parameters<typeof validator.getValidator>[0]);
    checks.set(definition, check);
    const { valid, errorMessage } = check(value);
    return valid ? undefined : errorMessage;
  };
}
