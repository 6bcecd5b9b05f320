import { Problems } from '../charts/lib/problem.js';
import { BadUsage, type Command, exitCodes, type Io } from './command.js';
import { check } from './commands/check.js';
import { diff } from './commands/diff.js';
import { docs } from './commands/docs.js';
import { promote } from './commands/promote.js';
import { rollback } from './commands/rollback.js';
import { synth } from './commands/synth.js';
import { upgrade } from './commands/upgrade.js';
import { vendor } from './commands/vendor.js';
import { redactSecrets } from './secrets/redact.js';

const commands: Readonly<Record<string, Command>> = { synth, check, diff, docs, vendor, upgrade, promote, rollback };

/** Runs one command; the first argument is its name. @returns the exit code. */
export async function main(argv: readonly string[], world: Io): Promise<number> {
  const io = withoutSecrets(world);
  const [name = '', ...rest] = argv;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    if (argv.includes('--help') || argv.includes('-h')) {
      io.print(command ? helpOf(name, command) : usage());
      return exitCodes.done;
    }
    if (!command) throw new BadUsage(name === '' ? 'No command was given.' : `There is no command "${name}".`);
    const { names, options } = parseArguments(name, rest, command);
    return await command.run(names, io, options);
  } catch (error) {
    if (error instanceof BadUsage) {
      io.printError(`${error.message}\n\n${command ? helpOf(name, command) : usage()}`);
      return exitCodes.badUsage;
    }
    if (error instanceof Problems) {
      const errors = error.problems.filter(({ severity }) => severity === 'error').length;
      io.printError(
        `${error.message}\n\n${errors} ${errors === 1 ? 'problem' : 'problems'}; ${command?.afterProblems ?? 'nothing was written.'}`,
      );
      return exitCodes.problems;
    }
    io.printError(error instanceof Error ? (error.stack ?? error.message) : String(error));
    io.printError('\nThis is a bug, or a file that cannot be read or written; nothing is half written.');
    return exitCodes.bug;
  }
}

/** Messages quote what they refuse, and logs are read by more people than secrets are for. */
function withoutSecrets(io: Io): Io {
  return { ...io, print: (text) => io.print(redactSecrets(text)), printError: (text) => io.printError(redactSecrets(text)) };
}

/** Options may stand anywhere, as "--option value" or "--option=value", each once. @throws {BadUsage} */
function parseArguments(command: string, rest: readonly string[], { options: known = [], flags = [] }: Command) {
  const names: string[] = [];
  const options: Record<string, string> = {};
  for (let index = 0; index < rest.length; index++) {
    const argument = rest[index] ?? '';
    if (!argument.startsWith('-')) {
      names.push(argument);
      continue;
    }
    if (flags.includes(argument)) {
      options[argument] = 'true';
      continue;
    }
    const [option = '', ...value] = argument.split('=');
    if (!known.includes(option)) throw new BadUsage(`"${command}" has no option "${argument}".`);
    if (Object.hasOwn(options, option)) throw new BadUsage(`"${option}" is given twice.`);
    options[option] = argument === option ? (rest[++index] ?? '') : value.join('=');
    if (options[option] === '') throw new BadUsage(`"${option}" needs a value.`);
  }
  return { names, options };
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  npm run ${name.padEnd(8)} ${summary}`);
  return ['Usage:', ...lines, '', 'Each one explains itself: npm run <command> -- --help'].join('\n');
}

function helpOf(name: string, { summary, help, usage = '[cluster...]' }: Command): string {
  return [`npm run ${name} -- ${usage}`, '', summary, ...help].join('\n');
}
