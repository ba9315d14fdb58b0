import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Speaks MongoDB's wire protocol over a file, for tests where no MongoDB can be had. Arguments: file, port.
 * It is not MongoDB, and its version says so to whoever asks.
 */
public class StandIn {
  public static void main(String[] arguments) {
    H2Backend backend = new H2Backend(arguments[0]) {
      @Override
      public Document handleMessage(MongoMessage message) {
        Document command = message.getDocument();
        Stream<?> asked = Stream.concat(Stream.of(command), itemsOf(command, "updates"));
        // The library ignores hints. MongoDB refuses one that names no index, and so does this.
        if (asked.anyMatch(part -> isUnknown(message, ((Document) part).get("hint")))) {
          return new Document("ok", 0.0).append("code", 2).append("codeName", "BadValue")
            .append("errmsg", "hint provided does not correspond to an existing index");
        }
        return super.handleMessage(message);
      }

      private boolean isUnknown(MongoMessage message, Object hint) {
        if (!(hint instanceof String)) return false;
        Document list = new Document("listIndexes", message.getDocument().values().iterator().next());
        Document answer = handleCommand(message.getChannel(), message.getDatabaseName(), "listIndexes", list);
        List<Object> names = itemsOf((Document) answer.get("cursor"), "firstBatch")
          .map(index -> ((Document) index).get("name")).toList();
        return !names.isEmpty() && !names.contains(hint); // a collection without indexes does not exist yet
      }
    };
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

  private static Stream<?> itemsOf(Document document, String field) {
    return document != null && document.get(field) instanceof Collection<?> items ? items.stream() : Stream.empty();
  }
}
