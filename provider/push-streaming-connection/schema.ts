import { named } from "../connection/schema";
import { adopt, strict } from "../values/shape";

/** The arguments that Imply Polaris stores. */
export const pushStreamingConnection = strict(named);

export const pushStreamingConnectionInputs = strict({ ...named, adopt });
