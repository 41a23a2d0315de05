/** What the load is held against. All stated in the report, all settable. */
export interface LadderOptions {
  /** Cores of the database server as it is. */
  readonly cores: number;
  /** Cores of the largest server one would buy. */
  readonly largestCores: number;
  /** Share of the cores that may be busy in the worst window, to leave room for growth and failures. */
  readonly targetUtilization: number;
}

export const defaultLadderOptions: LadderOptions = { cores: 16, largestCores: 96, targetUtilization: 0.6 };
