import { expect, it } from 'vitest';
import { FAULT_POINTS } from '../../../src/fault-point.ts';
import { ADD, CHECKOUT, FETCH, FIRST_PUSH, PUSH, stepsOf } from './steps.ts';

it('interruptions are tried at every step that there is', () => {
  const tried = new Set(stepsOf([...ADD, ...CHECKOUT, ...FETCH, ...FIRST_PUSH, ...PUSH]));
  // Where somebody keeps git's lock: see end-phase.test.ts.
  tried.add('journal-parked');
  expect([...tried].sort()).toEqual([...FAULT_POINTS].sort());
});
