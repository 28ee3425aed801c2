import { pushStreamingConnection } from "../push-streaming-connection/push-streaming-connection";
import { defineResource } from "../engine/define-resource";

export = defineResource(pushStreamingConnection);
