// On every page of the desk: forgets what was kept in this browser and is saved now.
import { dropSaved } from "./kept.js";

dropSaved();
