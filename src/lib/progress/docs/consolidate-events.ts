/**
 * Events of a consolidation of artifacts into one database. A slot is one library at one version, by its name:
 * `/org/project` or `/org/project@1.2`.
 */
export type ConsolidateEvent =
  | {
      readonly event: 'consolidate.started';
      readonly registry: string;
      readonly artifacts: string;
      readonly database: string;
      /** Of the registry. */
      readonly slots: number;
    }
  /** What is there was looked at: so many slots go into the database. */
  | { readonly event: 'consolidate.planned'; readonly slots: number; readonly embedder: string }
  | {
      readonly event: 'slot.consolidated';
      readonly slot: string;
      readonly documents: number;
      readonly source: 'artifact' | 'previous';
    }
  | {
      readonly event: 'slot.refused';
      /** Null where the registry knows no such folder. */
      readonly slot: string | null;
      readonly path: string;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly event: 'consolidate.finished';
      readonly outcome: 'written' | 'unchanged';
      readonly database: string;
      readonly libs: number;
      readonly documents: number;
      readonly bytes: number;
      readonly refused: number;
      readonly missing: number;
      readonly elapsedMs: number;
    };

const CONSOLIDATE_EVENT_NAMES: Readonly<Record<ConsolidateEvent['event'], true>> = {
  'consolidate.started': true,
  'consolidate.planned': true,
  'slot.consolidated': true,
  'slot.refused': true,
  'consolidate.finished': true,
};

/** Whether an event is one of a consolidation. */
export function isConsolidateEvent<Other extends { readonly event: string }>(
  event: ConsolidateEvent | Other,
): event is ConsolidateEvent {
  return Object.hasOwn(CONSOLIDATE_EVENT_NAMES, event.event);
}
