import { defineConfig } from 'vitest/config';

const environment = { NO_COLOR: '1', HUSKY: '0' };

/** One project a tier: what a tier may touch decides its time limit. */
const tier = (name: string, seconds: number, parallel = true) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
    fileParallelism: parallel,
    env: environment,
  },
});

export default defineConfig({
  test: {
    // The tests wait for git and the program most of the time: a core kept free would only be idle.
    maxWorkers: '100%',
    projects: [tier('unit', 20), tier('contract', 60), tier('integration', 120), tier('e2e', 240, false)],
  },
});
