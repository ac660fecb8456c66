declare module 'dynalite' {
  import { type Server } from 'node:http';

  interface DynaliteOptions {
    /** Milliseconds that a table stays in CREATING. */
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }
  /** A server that holds its tables in memory. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
