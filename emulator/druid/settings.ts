import type { Listeners } from "./listeners";

/** A Druid that is there already. Apart from the client, as the types of the package show it. */
export interface DruidSettings {
    /** URL of a Druid router, whose management proxy is enabled. */
    url: string;
    /** `basic USER:PASSWORD` or `bearer TOKEN`. */
    auth?: string | undefined;
    /** A broker of this machine with several listeners. */
    listeners?: Listeners | undefined;
}
