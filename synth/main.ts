import { Problems } from '../charts/lib/problem.js';
import { BadUsage, type Command, exitCodes, type Io } from './command.js';
import { check } from './commands/check.js';
import { docs } from './commands/docs.js';
import { synth } from './commands/synth.js';

const commands: Readonly<Record<string, Command>> = { synth, check, docs };

/** Runs one command; the first argument is its name. @returns the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name = '', ...rest] = argv;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    if (argv.includes('--help') || argv.includes('-h')) {
      io.print(command ? helpOf(name, command) : usage());
      return exitCodes.done;
    }
    if (!command) throw new BadUsage(name === '' ? 'No command was given.' : `There is no command "${name}".`);
    const option = rest.find((argument) => argument.startsWith('-'));
    if (option !== undefined) throw new BadUsage(`"${name}" has no option "${option}".`);
    return await command.run(rest, io);
  } catch (error) {
    if (error instanceof BadUsage) {
      io.printError(`${error.message}\n\n${command ? helpOf(name, command) : usage()}`);
      return exitCodes.badUsage;
    }
    if (error instanceof Problems) {
      const errors = error.problems.filter(({ severity }) => severity === 'error').length;
      io.printError(`${error.message}\n\n${errors} ${errors === 1 ? 'problem' : 'problems'}; nothing was written.`);
      return exitCodes.problems;
    }
    io.printError(error instanceof Error ? (error.stack ?? error.message) : String(error));
    io.printError('\nThis is a bug, or a file that cannot be read or written; nothing is half written.');
    return exitCodes.bug;
  }
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  npm run ${name.padEnd(8)} ${summary}`);
  return ['Usage:', ...lines, '', 'Each one explains itself: npm run <command> -- --help'].join('\n');
}

function helpOf(name: string, { summary, help }: Command): string {
  return [`npm run ${name} -- [cluster...]`, '', summary, ...help].join('\n');
}
