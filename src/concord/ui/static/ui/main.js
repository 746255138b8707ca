// Behaviour of every page, by data-* attributes; described in ui/README.md. No page needs it to work.
import "./keys.js";
import "./find.js";
import "./dialogs.js";
import "./forms.js";
import "./toasts.js";
import "./board.js";
import "./release.js";
import "./ahead.js";
import "./tree.js";
