import { s3Connection } from "../s3-connection/s3-connection";
import { defineResource } from "../engine/define-resource";

export = defineResource(s3Connection);
