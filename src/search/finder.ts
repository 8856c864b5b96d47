import type { SearchQuery } from "../schema/ports.js";
import type { Candidate, HitPlace } from "./candidate.js";
import type { Locate } from "./read-hit.js";

/** Events that match, in the order of hits, and how many there are. */
export interface Found {
  candidates: Candidate[];
  total: number;
  totalIsExact: boolean;
  /** Matches that pass the filters and are left out all the same. */
  excluded: number;
}

export interface PagePlace {
  limit: number;
  /** Only what is behind this place. */
  after: HitPlace | undefined;
}

/** How one query is answered, by whatever it matches. */
export interface Finder {
  locate: Locate;
  /** The newest matches, and how many there are. @param query As the finder was made for; its filters may be others. */
  newest(query: SearchQuery, page: PagePlace): Promise<Found>;
  /** All that are ranked, the best first; undefined where matches have no rank. */
  ranked?(query: SearchQuery): Promise<Found>;
}
