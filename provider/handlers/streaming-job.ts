import { defineResource } from "../engine/define-resource";
import { streamingJob } from "../streaming-job/streaming-job";

export = defineResource(streamingJob);
