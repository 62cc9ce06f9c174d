import { findRepository, type Repository } from '../../../src/git/repository.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

/** A sandbox with a repository in it, and what the program knows of it. */
export async function repositoryInSandbox(
  ...init: readonly string[]
): Promise<{ box: Sandbox; repository: Repository }> {
  const box = createSandbox();
  await box.git(['init', '-q', ...init]);
  return { box, repository: findRepository(box.dir, {}) };
}
