import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.util.List;

/**
 * Speaks MongoDB's wire protocol over a file, for tests where no MongoDB can be had. Arguments: file, port.
 * It is not MongoDB, and its version says so to whoever asks.
 */
public class StandIn {
  public static void main(String[] arguments) {
    H2Backend backend = new H2Backend(arguments[0]);
    backend.version(new MongoVersion() {
      public List<Integer> getVersionArray() {
        return List.of(5, 0, 0);
      }

      public String toVersionString() {
        return "5.0.0-mongo-java-server-1.47.0";
      }

      // What MongoDB 5.0 says. The server's own newest says 8, and the driver wants 9 or more.
      public int getWireVersion() {
        return 13;
      }
    });
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(arguments[1]));
    // A SIGKILL loses its last second of acknowledged writes; SIGTERM comes this way and loses none.
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
  }
}
