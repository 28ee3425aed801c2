import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;

/**
 * All roles of a small Druid in one process: LocalDruid FOLDER, with the jars of the roles in ROLE_CLASSPATH. Druid
 * keeps the servlets of a server in static fields, so each role loads its own copy of the jars that reach them. All
 * other jars are on the class path, and shared.
 */
public final class LocalDruid {
    private static final List<String> ROLES = List.of("coordinator", "broker", "historical", "indexer", "router");

    private LocalDruid() {}

    public static void main(String[] args) throws Exception {
        Lifeline.follow();
        File folder = new File(args[0]);
        Lifeline.own(folder);
        List<URL> jars = new ArrayList<>();
        for (String path : System.getenv("ROLE_CLASSPATH").split(File.pathSeparator)) {
            jars.add(new File(path).toURI().toURL());
        }
        start("zookeeper", folder, jars).join();
        for (String role : ROLES) {
            start(role, folder, jars);
        }
    }

    private static Thread start(String role, File folder, List<URL> jars) throws Exception {
        ClassLoader loader = new URLClassLoader(role, jars.toArray(new URL[0]), LocalDruid.class.getClassLoader());
        Class<?> type = loader.loadClass("DruidRole");
        Runnable run = (Runnable) type.getConstructor(String.class, File.class).newInstance(role, folder);
        Thread thread = new Thread(run, role);
        thread.setContextClassLoader(loader);
        thread.start();
        return thread;
    }
}
