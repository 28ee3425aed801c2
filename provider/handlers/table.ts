import { defineResource } from "../engine/define-resource";
import { table } from "../table/table";

export = defineResource(table);
