import fs from 'node:fs';
import path from 'node:path';
import { projectDir, requireProgram } from '../../test/support/program.ts';
import type { Workplace } from '../support/workplace.ts';

/** One way to keep the files in git. */
export interface Contender {
  readonly name: string;
  /** Runs once in a new HOME, before any repository exists. */
  prepareMachine(git: Git): void;
  /** Runs in a new repository, before the first file is added; `remote` is a folder for data, not yet there. */
  prepareRepository(git: Git, repository: string, remote: string): void;
}

type Git = Workplace['git'];

const plain: Contender = {
  name: 'plain git',
  prepareMachine() {},
  prepareRepository(_git, repository) {
    fs.writeFileSync(path.join(repository, '.gitattributes'), '*.bin -text\n');
  },
};

const echo: Contender = {
  name: 'echo filter',
  prepareMachine(git) {
    const script = path.join(projectDir, 'scripts', 'bench', 'echo-filter.mjs');
    git('.', 'config', '--global', 'filter.echo.process', `"${process.execPath}" "${script}"`);
    git('.', 'config', '--global', 'filter.echo.required', 'true');
  },
  prepareRepository(_git, repository) {
    fs.writeFileSync(path.join(repository, '.gitattributes'), '*.bin filter=echo -text\n');
  },
};

const lode: Contender = {
  name: 'git-lode',
  prepareMachine(git) {
    requireProgram();
    git('.', 'lode', 'install', '--global');
  },
  prepareRepository(git, repository, remote) {
    fs.mkdirSync(remote);
    git(repository, 'lode', 'install', remote);
    git(repository, 'lode', 'track', '*.bin');
  },
};

export const CONTENDERS: readonly Contender[] = [plain, echo, lode];
