// The forms of EDN. What begins with # is in edn_dispatch.cpp.
#include "history/edn_reader.h"

#include <algorithm>

#include "base/text.h"

namespace tribunal::history {

int EdnReader::next(int depth) {
  for (;;) {
    const int c = lexer_.next();
    if (c == '#' && input_.peek(1) == '_') {
      input_.skip();
      input_.skip();
    } else if (c == '^') {
      input_.skip();
    } else {
      return c;
    }
    if (!skip(depth + 1)) return Input::end;
  }
}

bool EdnReader::skip(int depth) {
  ++skipping_;
  Value ignored;
  const bool ok = read(ignored, depth);
  --skipping_;
  return ok;
}

bool EdnReader::take(std::uint64_t bytes) {
  if (bytes > room_) {
    return input_.fail(input_.position(), "a history that fits the memory limit", "a larger one");
  }
  room_ -= bytes;
  return true;
}

bool EdnReader::read(Value& out, int depth) {
  if (depth > max_depth) {
    return input_.fail(input_.position(),
                       "forms nested at most " + std::to_string(max_depth) + " deep",
                       "deeper ones");
  }
  const int c = next(depth);
  const Position at = input_.position();
  switch (c) {
    case '"':
    case '\\':
      return text(out);
    case '[':
    case '(': {
      std::vector<Value> parts;
      input_.skip();
      if (!items(c == '[' ? ']' : ')', at, depth, parts)) return false;
      out = c == '[' ? Value::vector(std::move(parts)) : Value::list(std::move(parts));
      return true;
    }
    case '{':
      return map(out, "", depth);
    case '#':
      return dispatch(out, depth);
    case ':': {
      std::string_view name;
      if (!keyword(name) || !take(name.size())) return false;
      out = Value::keyword(name);
      return true;
    }
    default:
      if (c != Input::end && is_token(c)) return token(out);
      return input_.fail(at, "a value", input_.found_here());
  }
}

bool EdnReader::text(Value& out) {
  const bool ok = input_.peek() == '"' ? lexer_.string(scratch_) : lexer_.character(scratch_);
  if (!ok || !take(scratch_.size())) return false;
  out = Value::string(scratch_);
  return true;
}

bool EdnReader::keyword(std::string_view& name) {
  const Position at = input_.position();
  const std::string_view token = lexer_.token();
  if (token.empty()) return false;
  name = token.substr(1);
  if (!name.empty() && name.front() != ':') return true;
  return input_.fail(at, "a keyword such as :read", quote(token));
}

bool EdnReader::token(Value& out) {
  const Position at = input_.position();
  const std::string_view token = lexer_.token();
  if (token.empty()) return false;
  if (starts_number(token)) return lexer_.number(token, at, skipping_ > 0, out);
  if (token == "nil") return out = Value{}, true;
  if (token == "true" || token == "false") return out = Value::boolean(token == "true"), true;
  if (token[0] == '\'') return input_.fail(at, "a value", quote(token));
  out = Value::symbol(token);
  return take(token.size());
}

bool EdnReader::close(char bracket, Position opened) {
  if (input_.peek() == bracket) {
    input_.skip();
    return true;
  }
  return input_.fail(input_.position(),
                     std::string("the ") + bracket + " that closes " + show(opened),
                     input_.found_here());
}

// The rest of a collection, from behind its opening bracket to behind its closing one.
bool EdnReader::items(char closing, Position opened, int depth, std::vector<Value>& out) {
  for (;;) {
    const int c = next(depth);
    if (c == ')' || c == ']' || c == '}' || c == Input::end) return close(closing, opened);
    if (!take(sizeof(Value))) return false;
    Value item;
    if (!read(item, depth + 1)) return false;
    if (skipping_ == 0) out.push_back(std::move(item));
  }
}

// Fails when two of every `step`-th items are equal.
bool EdnReader::distinct(const char* what, std::vector<Value>& items, std::size_t step,
                         Position at) {
  std::vector<Value> keys;
  for (std::size_t i = 0; i < items.size(); i += step) keys.push_back(items[i]);
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice == keys.end()) return true;
  return input_.fail(at, std::string("different ") + what, quote(twice->show()) + " twice");
}

bool EdnReader::set(Value& out, int depth) {
  const Position at = input_.position();
  std::vector<Value> parts;
  input_.skip();  // # and {
  input_.skip();
  if (!items('}', at, depth, parts) || !distinct("elements in the set", parts, 1, at)) return false;
  out = Value::set(std::move(parts));
  return true;
}

// At the {. Keywords without a namespace get the given one; _/name stands for none.
bool EdnReader::map(Value& out, std::string_view name_space, int depth) {
  const Position at = input_.position();
  std::vector<Value> parts;
  input_.skip();
  for (bool key = true;; key = !key) {
    const int c = next(depth);
    if (c == ')' || c == ']' || c == '}' || c == Input::end) {
      if (!key && c == '}') return input_.fail(input_.position(), "a value for the last key", "}");
      if (!close('}', at)) return false;
      break;
    }
    if (!take(sizeof(Value))) return false;
    Value part;
    if (!read(part, depth + 1)) return false;
    if (key && !name_space.empty() && part.kind() == Value::Kind::keyword) {
      const std::string& name = part.text();
      if (name.starts_with("_/") && name.size() > 2) {
        part = Value::keyword(name.substr(2));
      } else if (name.find('/') == std::string::npos) {
        part = Value::keyword(std::string(name_space) + "/" + name);
      }
    }
    if (skipping_ == 0) parts.push_back(std::move(part));
  }
  if (!distinct("keys in the map", parts, 2, at)) return false;
  out = Value::map(std::move(parts));
  return true;
}

}  // namespace tribunal::history
