import { defineResource } from "../engine/define-resource";
import { kafkaConnection } from "../kafka-connection/kafka-connection";

export = defineResource(kafkaConnection);
