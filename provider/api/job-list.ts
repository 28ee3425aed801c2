import { listLiveJobs } from "./jobs";
import { SharedList } from "./shared-list";

/** The streaming jobs that are live, without their specs: up to a thousand. */
export const liveJobs = new SharedList(listLiveJobs, ({ id }) => id);
