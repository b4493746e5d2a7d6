// A lock, and what it protects.
#pragma once

#include <vector>

#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::invariants {

// Operations: acquire, which returns a fencing token (or nothing); release; and, made by holders on
// what the lock protects, add n or add [n token] to a set, or read and write of a register, of
// which every write should be the value read plus one.
//
// A client holds the lock, as far as it knows, from the completion of its acquire to the invocation
// of its release, or to its last operation. That is the shortest time that it can be: nobody can
// know of it for longer. n log n.

// "mutual-exclusion": no two clients hold a lock at once.
Check check_mutual_exclusion(const history::History& history);

// "fencing": tokens grow from holder to holder, and no write under a smaller token is accepted once
// a write under a greater one was acknowledged (Kleppmann, "How to do distributed locking", 2016).
// A write counts as accepted when it was acknowledged, or when some read shows its element.
Check check_fencing(const history::History& history);

// "protected": of what was written under the lock nothing is lost. A set: every acknowledged
// element is in later reads. A register: no two acknowledged writes wrote the same value.
Check check_protected(const history::History& history);

}  // namespace tribunal::checker::invariants
