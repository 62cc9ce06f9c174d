import { expect, it } from 'vitest';
import { FAULT_POINTS } from '../../../src/fault-point.ts';
import {
  ADD_STEPS,
  BUNDLE_STEPS,
  CHECKOUT_STEPS,
  FETCH_STEPS,
  FIRST_PUSH_STEPS,
  PARK_STEPS,
  PUSH_STEPS,
} from './steps.ts';

it('interruptions are tried at every step that there is', () => {
  const tried = new Set<string>(
    [ADD_STEPS, BUNDLE_STEPS, CHECKOUT_STEPS, PARK_STEPS, FETCH_STEPS, FIRST_PUSH_STEPS, PUSH_STEPS].flat(),
  );
  expect([...tried].sort()).toEqual([...FAULT_POINTS].sort());
});
