import { schemaRegistryConnection } from "../schema-registry-connection/schema-registry-connection";
import { defineResource } from "../engine/define-resource";

export = defineResource(schemaRegistryConnection);
