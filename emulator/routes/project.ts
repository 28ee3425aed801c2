import type { Route } from "../context";
import type { Project } from "../model/project";

const representation = ({ id, state }: Project) => ({
    metadata: { uid: id, name: "emulator" },
    spec: { desiredState: state },
    status: { state },
});

export const projectRoutes: Route[] = [["GET", "", ({ project }) => ({ body: representation(project) })]];
