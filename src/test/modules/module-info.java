/** A program as a user would write it: knows of Faltung alone. */
module faltung.example {
    requires io.github.faltung;
}
