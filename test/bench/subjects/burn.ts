/** Work for the processor and for nothing else: as many rounds, as much time; the same result everywhere. */
export function burn(rounds: number): string {
  let state = 1;
  for (let i = 0; i < rounds; i += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return `${state >>> 0}`;
}
