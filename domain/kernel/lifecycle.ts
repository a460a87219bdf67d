/** A lifecycle as data: for each state, the events it accepts and where they lead. */
type Transitions<State extends string, Event extends string> = { [S in State]: { [E in Event]?: State } }

/** Turns the data into the three questions that code asks of it. */
export function lifecycle<State extends string, Event extends string>(transitions: Transitions<State, Event>) {
  const states = Object.keys(transitions) as State[]
  return {
    transitions,
    states,
    next: (from: State, event: Event): State | undefined => transitions[from][event],
    /** States the event may start from: the guard of a compare-and-set UPDATE. */
    sourcesOf: (event: Event): State[] => states.filter((state) => transitions[state][event] !== undefined),
    isFinal: (state: State) => Object.keys(transitions[state]).length === 0,
  }
}
