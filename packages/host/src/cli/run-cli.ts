import { defineCommand, runCommand } from 'citty';

import { suggestion } from '../config/nearest.ts';
import { createCommands, type Command } from './commands.ts';
import { failureOf } from './failure.ts';
import { givenFlags, spelledOut, wrongWord } from './flags.ts';
import { exitCodes, type Shell } from './shell.ts';
import { commandUsage, usage } from './usage.ts';
import { VERSION } from '../observe/version.ts';

/** Runs one command line to its end. The number is the exit code; never rejects. */
export async function runCli(shell: Shell): Promise<number> {
  try {
    return await runWords(shell, createCommands());
  } catch (error) {
    const { message, exitCode } = failureOf(error);
    shell.printError(`isapi: ${message}\n`);
    return exitCode;
  }
}

async function runWords(shell: Shell, commands: ReadonlyMap<string, Command>): Promise<number> {
  const { asks, named, words } = readWords(shell.args);
  if (asks === 'version') return print(shell, `${VERSION}\n`);
  if (asks === 'help' && named === undefined) return print(shell, await usage(commands, shell));

  const name = named ?? 'start';
  const command = commands.get(name);
  if (command === undefined) return refuse(shell, unknownCommand(name, [...commands.keys()]));
  if (asks === 'help') return print(shell, await commandUsage(name, command, shell));
  const spelled = spelledOut(words, command.flags);
  const wrong = wrongWord(spelled, command.flags);
  if (wrong !== undefined) return refuse(shell, `${wrong} (isapi ${name} --help lists the flags)`);
  return run(shell, command, spelled);
}

/** What a command line asks for, of which command if it names one, and the words that follow. */
interface Request {
  readonly asks: 'help' | 'version' | 'run';
  readonly named: string | undefined;
  readonly words: readonly string[];
}

function readWords(args: readonly string[]): Request {
  const [first, second] = args;
  if (first === '--version' || first === '-v') {
    return { asks: 'version', named: undefined, words: [] };
  }
  if (first === 'help') return { asks: 'help', named: second, words: [] };
  const named = first?.startsWith('-') === false ? first : undefined;
  const words = named === undefined ? args : args.slice(1);
  const asks = words.includes('--help') || words.includes('-h') ? 'help' : 'run';
  return { asks, named, words };
}

async function run(shell: Shell, command: Command, words: readonly string[]): Promise<number> {
  const definition = defineCommand({
    args: command.flags,
    run: ({ args }) => command.run(shell, givenFlags(args, command.flags)),
  });
  const { result } = await runCommand(definition, { rawArgs: [...words] });
  return typeof result === 'number' ? result : exitCodes.failure;
}

function print(shell: Shell, text: string): number {
  shell.print(text);
  return exitCodes.done;
}

function refuse(shell: Shell, message: string): number {
  shell.printError(`isapi: ${message}\n`);
  return exitCodes.usage;
}

function unknownCommand(name: string, known: readonly string[]): string {
  return `unknown command ${JSON.stringify(name)}${suggestion(name, known)} (allowed: ${known.join(', ')})`;
}
