// Errors between braces.
#include "tests/spec/bad_input.h"

namespace tribunal::spec {
namespace {

TEST(BadStatements, SayWhatIsWrongAndWhatToWrite) {
  expect_shown({
      {R"(op g(u: User) { bal[u] := 1; })",
       R"(t.icf:5:24: error: 'bal' is a counter: it merges by summing deltas, so it can only be changed with += or -=; use lww for an assignable register
op g(u: User) { bal[u] := 1; }
                       ^^)"},
      {R"(op g(u: User) { add bal[u]; })",
       R"(t.icf:5:17: error: 'bal' is a counter, not a set; change it with += or -=
op g(u: User) { add bal[u]; }
                ^^^)"},
      {R"(op g(u: User) { remove seen[u]; })",
       R"(t.icf:5:17: error: 'seen' is a gset (grow-only): elements cannot be removed; use tpset, awset or rwset
op g(u: User) { remove seen[u]; }
                ^^^^^^)"},
      {R"(op g(u: User) { seen[u] := true; })",
       R"(t.icf:5:25: error: 'seen' is a gset: elements come with 'add seen[...]'
op g(u: User) { seen[u] := true; }
                        ^^)"},
      {R"(op g(u: User) { in[u, idle] += 1; })",
       R"(t.icf:5:29: error: 'in' is an awset: elements come with 'add in[...]' and go with 'remove in[...]'
op g(u: User) { in[u, idle] += 1; }
                            ^^)"},
      {R"(op g(u: User) { name[u] += 1; })",
       R"(t.icf:5:25: error: 'name' is an lww register: concurrent changes do not add up, the last write wins; assign it with :=, or declare it as a counter
op g(u: User) { name[u] += 1; }
                        ^^)"},
      {R"(op g() { top += 1; })",
       R"(t.icf:5:14: error: 'top' is a max register: it merges to the greater value, so it is assigned with :=; use a counter to sum up changes
op g() { top += 1; }
             ^^)"},
      {R"(op g() { add top; })",
       R"(t.icf:5:10: error: 'top' is a max register, not a set; assign it with :=
op g() { add top; }
         ^^^)"},
      {R"(op g(u: User) { add in[u]; })",
       R"(t.icf:5:21: error: 'in' takes 2 indices, found 1; it is declared as awset in[User, Mode]
op g(u: User) { add in[u]; }
                    ^^^^^)"},
      {R"(op g(u: User) { bal += 1; })",
       R"(t.icf:5:17: error: 'bal' takes 1 index, found 0; it is declared as counter bal[User]
op g(u: User) { bal += 1; }
                ^^^)"},
      {R"(op g(u: User) { add in[idle, u]; })",
       R"(t.icf:5:24: error: 'in' is indexed by User, but this is Mode; give it an element of User
op g(u: User) { add in[idle, u]; }
                       ^^^^)"},
      {R"(op g(u: User) { add seen[1]; })",
       R"(t.icf:5:26: error: 'seen' is indexed by User, but this is int; give it an element of User
op g(u: User) { add seen[1]; }
                         ^)"},
      {R"(op g(n: int) { bal[n] += 1; })",
       R"(t.icf:5:20: error: 'bal' is indexed by User, but this is int; give it an element of User
op g(n: int) { bal[n] += 1; }
                   ^)"},
      {R"(op g(u: User) { bal[u] += seen[u]; })",
       R"(t.icf:5:27: error: what is added to 'bal' must be int, but this is bool; 'count x: S . ...' counts for how many something holds
op g(u: User) { bal[u] += seen[u]; }
                          ^^^^^^^)"},
      {R"(op g(u: User) { name[u] := u; })",
       R"(t.icf:5:28: error: 'name' holds int, but this is User; assign a value of type int
op g(u: User) { name[u] := u; }
                           ^)"},
      {R"(op g(u: User) { name[v] := 1; })",
       R"(t.icf:5:22: error: unknown name 'v'; valid: u, bal, busy, idle, in, limit, mode, name, seen, top, true, false
op g(u: User) { name[v] := 1; }
                     ^)"},
      {R"(op g(u: User) { nam[u] := 1; })",
       R"(t.icf:5:17: error: unknown variable 'nam'; did you mean 'name'?
op g(u: User) { nam[u] := 1; }
                ^^^)"},
      {R"(op g(u: User) { u := 1; })",
       R"(t.icf:5:17: error: 'u' is no variable, so it cannot be changed; declare one, such as 'lww x: int;'
op g(u: User) { u := 1; }
                ^)"},
      {R"(op g(u: User) { limit := 1; })",
       R"(t.icf:5:17: error: 'limit' is no variable, so it cannot be changed; declare one, such as 'lww x: int;'
op g(u: User) { limit := 1; }
                ^^^^^)"},
      {R"(op g() { top = 1; })",
       R"(t.icf:5:14: error: '=' does not assign; write ':='
op g() { top = 1; }
             ^)"},
      {R"(op g() { top == 1; })",
       R"(t.icf:5:14: error: '==' does not assign; write ':='
op g() { top == 1; }
             ^^)"},
      {R"(op g() { top + 1; })",
       R"(t.icf:5:14: error: expected '+=', found '+'
op g() { top + 1; }
             ^)"},
      {R"(op g() { f(); })",
       R"(t.icf:5:11: error: ops cannot call one another; write the statements here
op g() { f(); }
          ^)"},
      {R"(op g() { let x := 1; })",
       R"(t.icf:5:16: error: 'let' names a value; write '=', not ':='
op g() { let x := 1; }
               ^^)"},
      {R"(op g() { let x = 1 })",
       R"(t.icf:5:19: error: expected ';' after the statement
op g() { let x = 1 }
                  ^)"},
      {R"(op g() { top := 1 top := 2; })",
       R"(t.icf:5:18: error: expected ';' after the statement
op g() { top := 1 top := 2; }
                 ^)"},
      {R"(op g() { top := 1 * ; })",
       R"(t.icf:5:21: error: expected an expression, found ';'
op g() { top := 1 * ; }
                    ^)"},
      {R"(op g() { top := (1 + 2; })",
       R"(t.icf:5:23: error: expected ')' to close '(' of line 5, found ';'
op g() { top := (1 + 2; }
                      ^)"},
      {R"(op g() { ad seen[u]; })",
       R"(t.icf:5:10: error: unknown statement 'ad'; did you mean 'add'?
op g() { ad seen[u]; }
         ^^)"},
      {R"(op g() { if top { top := 1; } })",
       R"(t.icf:5:13: error: the condition of 'if' must be bool, but this is int; compare it, as in '... > 0'
op g() { if top { top := 1; } }
            ^^^)"},
      {R"(op g() { if top > 1 { top := 1; } else { } })",
       R"(t.icf:5:35: error: there is no 'else'; write a second 'if' with 'not'
op g() { if top > 1 { top := 1; } else { } }
                                  ^^^^)"},
      {R"(op g() { if top > 1 then top := 1; })",
       R"(t.icf:5:21: error: expected '{' before the statements, found 'then'
op g() { if top > 1 then top := 1; }
                    ^^^^)"},
      {R"(op g() { forall u in User { } })",
       R"(t.icf:5:19: error: expected ':' and a sort, as in 'forall x: S', found 'in'
op g() { forall u in User { } }
                  ^^)"},
      {R"(op g() { forall u: User . bal[u] += 1; })",
       R"(t.icf:5:25: error: here 'forall' is a statement; write '{' and statements, not '.'
op g() { forall u: User . bal[u] += 1; }
                        ^)"},
      {R"(op g() { forall u: int { } })",
       R"(t.icf:5:20: error: a bound variable must be of a sort or an enum, which are finite, not int; declare 'sort Key[3];' and use Key
op g() { forall u: int { } }
                   ^^^)"},
      {R"(op g() { let f = 1; let f = 2; })",
       R"(t.icf:5:25: error: 'f' is declared in line 5 already; choose another name
op g() { let f = 1; let f = 2; }
                        ^)"},
      {R"(op g() { let top = 1; })",
       R"(t.icf:5:14: error: 'top' is declared in line 2 already; choose another name
op g() { let top = 1; }
             ^^^)"},
      {R"(op g(n: int) { forall n: User { } })",
       R"(t.icf:5:23: error: 'n' is declared in line 5 already; choose another name
op g(n: int) { forall n: User { } }
                      ^)"},
      {R"(op g(u: User, u: int) { })",
       R"(t.icf:5:15: error: 'u' is declared in line 5 already; choose another name
op g(u: User, u: int) { }
              ^)"},
      {R"(op g(u) { })",
       R"(t.icf:5:7: error: expected ':' and the type of parameter 'u', found ')'
op g(u) { }
      ^)"},
      {R"(op g(count: int) { })",
       R"(t.icf:5:6: error: 'count' is a reserved word and cannot be the name of a parameter; choose another, such as 'my_count'
op g(count: int) { }
     ^^^^^)"},
      {R"(op g(fresh n: int) { })",
       R"(t.icf:5:15: error: 'fresh' needs a sort, not int; declare 'sort Id[3];' and use Id
op g(fresh n: int) { }
              ^^^)"},
      {R"(op g(self m: Mode) { })",
       R"(t.icf:5:14: error: 'self' needs a sort, not Mode; declare 'sort Id[3];' and use Id
op g(self m: Mode) { }
             ^^^^)"},
      {R"(op g(u: Usr) { })",
       R"(t.icf:5:9: error: unknown type 'Usr'; did you mean 'User'?
op g(u: Usr) { }
        ^^^)"},
      {R"(op g(u: bal) { })",
       R"(t.icf:5:9: error: 'bal' of line 2 is no type; valid: int, bool, the sorts and the enums
op g(u: bal) { }
        ^^^)"},
      {R"(op g() { top := 1;)",
       R"(t.icf:5:8: error: '{' is never closed; add '}'
op g() { top := 1;
       ^)"},
      {R"(onmerge { top += 1; })",
       R"(t.icf:5:15: error: 'top' is a max register: it merges to the greater value, so it is assigned with :=; use a counter to sum up changes
onmerge { top += 1; }
              ^^)"},
  });
}

TEST(ElementsOutsideOfBrackets, AreShownTheirPlace) {
  expect_shown({
      {R"(op g(u: User) { add u to seen; })",
       R"(t.icf:5:23: error: elements of a set stand in brackets; write 'add seen[u];'
op g(u: User) { add u to seen; }
                      ^^)"},
      {R"(op g(u: User) { remove u from in; })",
       R"(t.icf:5:26: error: elements of a set stand in brackets; write 'remove in[u];'
op g(u: User) { remove u from in; }
                         ^^^^)"},
      {R"(op g(u: User) { add seen(u); })",
       R"(t.icf:5:25: error: elements of a set stand in brackets; write 'add seen[u];'
op g(u: User) { add seen(u); }
                        ^)"},
      {R"(op g(u: User) { add in(u, idle); })",
       R"(t.icf:5:23: error: elements of a set stand in brackets; write 'add in[...];'
op g(u: User) { add in(u, idle); }
                      ^)"},
      {R"(op g(u: User) { add seen[u] seen; })",
       R"(t.icf:5:28: error: expected ';' after the statement
op g(u: User) { add seen[u] seen; }
                           ^)"},
  });
}

TEST(WordsOfOtherLanguages, AreNamedWithTheirReplacement) {
  expect_shown({
      {R"(op g() { return; })",
       R"(t.icf:5:10: error: there is no 'return'; say behind 'requires' when the op may run; otherwise it is refused as a whole
op g() { return; }
         ^^^^^^)"},
      {R"(op g() { if top > 1 { abort(); } })",
       R"(t.icf:5:23: error: there is no 'abort'; say behind 'requires' when the op may run; otherwise it is refused as a whole
op g() { if top > 1 { abort(); } }
                      ^^^^^)"},
      {R"(op g() { for u: User { bal[u] += 1; } })",
       R"(t.icf:5:10: error: there is no 'for'; write 'forall x: S { ... }'
op g() { for u: User { bal[u] += 1; } }
         ^^^)"},
      {R"(op g() { for all u: User { bal[u] += 1; } })",
       R"(t.icf:5:10: error: there is no 'for'; write 'forall x: S { ... }'
op g() { for all u: User { bal[u] += 1; } }
         ^^^)"},
      {R"(op g() { foreach (u in seen) { } })",
       R"(t.icf:5:10: error: there is no 'foreach'; write 'forall x: S { ... }'
op g() { foreach (u in seen) { } }
         ^^^^^^^)"},
      {R"(op g(u: User) { insert seen[u]; })",
       R"(t.icf:5:17: error: there is no 'insert'; write 'add NAME[...]'
op g(u: User) { insert seen[u]; }
                ^^^^^^)"},
      {R"(op g(u: User) { delete in[u, idle]; })",
       R"(t.icf:5:17: error: there is no 'delete'; write 'remove NAME[...]'
op g(u: User) { delete in[u, idle]; }
                ^^^^^^)"},
      {R"(op g() { set top = 1; })",
       R"(t.icf:5:10: error: there is no 'set'; write 'NAME := ...'
op g() { set top = 1; }
         ^^^)"},
      {R"(op g() { var x = 1; })",
       R"(t.icf:5:10: error: there is no 'var'; write 'let NAME = ...'
op g() { var x = 1; }
         ^^^)"},
      {R"(op g() { set = 1; })",
       R"(t.icf:5:14: error: '=' does not assign; write ':='
op g() { set = 1; }
             ^)"},
      {R"(op g() { return := 1; })",
       R"(t.icf:5:10: error: unknown variable 'return'; valid: bal, seen, in, name, top, mode
op g() { return := 1; }
         ^^^^^^)"},
  });
}

TEST(BadParameters, AreShownAsTheyShouldBe) {
  expect_shown({
      {R"(op g(u: fresh User) { })",
       R"(t.icf:5:9: error: 'fresh' stands before the name of a parameter; write 'fresh u: ...'
op g(u: fresh User) { }
        ^^^^^)"},
      {R"(op g(u: self User) { })",
       R"(t.icf:5:9: error: 'self' stands before the name of a parameter; write 'self u: ...'
op g(u: self User) { }
        ^^^^)"},
      {R"(op g(User u) { })",
       R"(t.icf:5:6: error: the type of a parameter follows its name and ':'; write 'u: User'
op g(User u) { }
     ^^^^^^)"},
      {R"(op g(fresh User u) { })",
       R"(t.icf:5:12: error: the type of a parameter follows its name and ':'; write 'fresh u: User'
op g(fresh User u) { }
           ^^^^^^)"},
      {R"(op g(u User) { })",
       R"(t.icf:5:6: error: the type of a parameter follows its name and ':'; write 'u: User'
op g(u User) { }
     ^^^^^^)"},
      {R"(op g(int n) { })",
       R"(t.icf:5:6: error: the type of a parameter follows its name and ':'; write 'n: int'
op g(int n) { }
     ^^^^^)"},
      {R"(op g(Later n) { } sort Later[2];)",
       R"(t.icf:5:6: error: the type of a parameter follows its name and ':'; write 'n: Later'
op g(Later n) { } sort Later[2];
     ^^^^^^^)"},
      {R"(op g(a: User; b: int) { })",
       R"(t.icf:5:13: error: expected ',' or ')' after a parameter, found ';'
op g(a: User; b: int) { }
            ^)"},
      {R"(op g(a: User)",
       R"(t.icf:5:5: error: '(' is never closed; add ')'
op g(a: User
    ^)"},
      {R"(op g(u: user) { } awset user[User];)",
       R"(t.icf:5:9: error: 'user' of line 5 is no type; did you mean 'User'?
op g(u: user) { } awset user[User];
        ^^^^)"},
  });
}

}  // namespace
}  // namespace tribunal::spec
