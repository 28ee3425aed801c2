import { azureConnection } from "../azure-connection/azure-connection";
import { defineResource } from "../engine/define-resource";

export = defineResource(azureConnection);
