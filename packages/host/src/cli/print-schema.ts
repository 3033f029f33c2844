import { exitCodes, type Shell } from './shell.ts';

/** `isapi schema`: prints the JSON Schema of a config file. */
export async function printSchema(shell: Shell): Promise<number> {
  const { configJsonSchema } = await import('../config/user-schema.ts');
  shell.print(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return exitCodes.done;
}
