import { confluentConnection } from "../confluent-connection/confluent-connection";
import { defineResource } from "../engine/define-resource";

export = defineResource(confluentConnection);
