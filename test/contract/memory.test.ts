import { openMemory } from '../../src/backend/memory.ts';
import { backendContract } from './backend-contract.ts';

backendContract('memory', async () => ({ backend: openMemory(), close: async () => {} }));
