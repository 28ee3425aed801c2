import { kinesisConnection } from "../kinesis-connection/kinesis-connection";
import { defineResource } from "../engine/define-resource";

export = defineResource(kinesisConnection);
