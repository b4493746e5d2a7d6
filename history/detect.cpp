// Recognising a format from how a file begins.
#include <algorithm>
#include <string_view>

#include "history/binary_format.h"
#include "history/edn_syntax.h"
#include "history/files.h"
#include "history/jepsen_log.h"

namespace tribunal::history {

namespace {

// Past white space, EDN comments and a byte order mark.
std::string_view skip_blank(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (;;) {
    while (!text.empty() && is_space(static_cast<unsigned char>(text.front())))
      text.remove_prefix(1);
    if (!text.starts_with(';')) return text;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
}

// Porcupine's key-value logs: every operation has a string as :key, and neither index nor time.
bool is_porcupine(std::string_view text) {
  const std::string_view first = text.substr(0, std::min(text.find('\n'), text.size()));
  const auto has = [&](std::string_view part) {
    return first.find(part) != std::string_view::npos;
  };
  return has(":key \"") && !has(":time") && !has(":index");
}

bool is_log(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, size);
    for (const std::string_view level : {"INFO", "WARN", "DEBUG", "ERROR", "TRACE"}) {
      if (line.starts_with(level)) return true;
    }
    if (find_log_operation(line)) return true;
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return false;
}

}  // namespace

std::optional<Format> detect(std::string_view head) {
  // Any version of it: the reader says which one it knows.
  const std::string_view magic = binary::magic.substr(0, binary::magic.size() - 1);
  if (!head.empty() && magic.starts_with(head.substr(0, magic.size()))) return Format::binary;
  const std::string_view text = skip_blank(head);
  if (text.empty()) return Format::edn;  // whose reader says that there is nothing in it
  const std::string_view second = skip_blank(text.substr(1));
  switch (text.front()) {
    case '{':
      if (second.starts_with('"')) return Format::jsonl;
      return is_porcupine(text) ? Format::porcupine_kv : Format::edn;
    case '[':
      if (second.starts_with('{') && skip_blank(second.substr(1)).starts_with('"')) {
        return Format::jsonl;
      }
      return Format::edn;
    case '#':
      if (text.size() > 1 && !is_token(static_cast<unsigned char>(text[1])) && text[1] != '{')
        break;
      return Format::edn;
    case '(':
    case '^':
      return Format::edn;
    default:
      break;
  }
  if (is_log(text)) return Format::jepsen_log;
  return std::nullopt;
}

}  // namespace tribunal::history
