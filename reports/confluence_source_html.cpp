// The specification as its author wrote it, with what takes part in a conflict marked.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "reports/confluence_page.h"
#include "reports/markup.h"
#include "spec/lexer.h"

namespace tribunal::reports::confluence {
namespace {

using spec::Token;

constexpr std::size_t most_lines = 2000;
constexpr std::size_t longest_line = 400;

struct Lines {
  std::uint32_t first = 0;  // from 1
  std::uint32_t last = 0;
};

// The lines of the declaration whose name stands at `at`: to the brace or semicolon that ends it.
Lines extent(const spec::Source& source, const std::vector<Token>& tokens, spec::Position at,
             bool braces) {
  const auto line_of = [&](const Token& token) { return source.position(token.span.begin).line; };
  Lines lines{at.line, at.line};
  std::size_t i = 0;
  for (; i < tokens.size(); ++i) {
    const spec::Position here = source.position(tokens[i].span.begin);
    if (here.line == at.line && here.column == at.column) break;
  }
  if (i > 0 && i < tokens.size()) lines.first = line_of(tokens[i - 1]);
  int depth = 0;
  for (; i < tokens.size() && tokens[i].kind != Token::Kind::end; ++i) {
    const std::string_view text = source.text(tokens[i].span);
    lines.last = line_of(tokens[i]);
    if (text == "{") ++depth;
    if (text == "}" && --depth == 0) break;
    if (text == ";" && !braces) break;
  }
  return lines;
}

struct Marks {
  std::map<std::uint32_t, std::string> kinds;                  // of a line
  std::map<std::uint32_t, std::vector<std::string>> remarks;   // beside its end
  std::map<std::uint32_t, std::vector<std::string>> warnings;  // below it
};

void mark(Marks& marks, Lines lines, std::string_view kind, const std::string& remark) {
  for (std::uint32_t line = lines.first; line <= lines.last; ++line) marks.kinds[line] = kind;
  marks.remarks[lines.first].push_back(remark);
}

Marks marks_of(const ConfluenceReport& report, const spec::Source& source,
               const std::vector<Token>& tokens) {
  Marks marks;
  std::set<std::uint32_t> transactions, invariants;
  for (const auto& conflict : report.decision.conflicts) {
    transactions.insert({conflict.a, conflict.b});
    invariants.insert(conflict.invariant);
  }
  const bool broken = report.decision.verdict == checker::confluence::Verdict::not_confluent;
  if (broken) invariants.insert(report.decision.violated);
  invariants.insert(report.decision.broken_initially.begin(),
                    report.decision.broken_initially.end());
  for (const std::uint32_t t : transactions) {
    mark(marks, extent(source, tokens, report.spec.transactions[t].at, true), "conflict",
         "takes part in a conflict");
  }
  for (const std::uint32_t i : invariants) {
    const bool here = broken && i == report.decision.violated;
    mark(marks, extent(source, tokens, report.spec.invariants[i].at, false), "invariant",
         here ? "✗ broken in the run above" : "can be broken");
  }
  for (const spec::Diagnostic& warning : report.warnings) {
    marks.warnings[warning.at.line].push_back(warning.message);
  }
  return marks;
}

std::string_view kind_of(const Token& token, std::string_view text) {
  switch (token.kind) {
    case Token::Kind::reserved:
      return "word";
    case Token::Kind::integer:
      return "number";
    default:
      break;
  }
  return text == ":=" || text == "+=" || text == "-=" ? "change" : "";
}

// Between tokens there are blanks and comments.
std::string between(std::string_view text) {
  const std::size_t comment = text.find('#');
  if (comment == std::string_view::npos) return shown_html(text, longest_line);
  return shown_html(text.substr(0, comment), longest_line) +
         element("i", "comment", text.substr(comment));
}

std::string line_html(std::string_view line) {
  const spec::Source source(line);
  const auto tokens = spec::tokens_of(source);
  if (!tokens) return shown_html(line, longest_line);
  std::string out;
  std::uint32_t at = 0;
  for (const Token& token : *tokens) {
    const std::string_view text = source.text(token.span);
    out += between(line.substr(at, token.span.begin - at));
    const std::string_view kind = kind_of(token, text);
    out += kind.empty() ? shown_html(text, longest_line) : element("span", kind, text);
    at = token.span.end;
  }
  return out + between(line.substr(at));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::string plain(text.substr(0, spec::largest_file));
  std::replace(plain.begin(), plain.end(), '\t', ' ');
  while (plain.ends_with('\n')) plain.pop_back();
  std::vector<std::string> lines = split(plain, '\n');
  for (std::string& line : lines) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.size() > longest_line) line = quote(line, longest_line);
  }
  return lines;
}

}  // namespace

std::string code_html(std::string_view text) {
  std::vector<std::string> lines = lines_of(text);
  std::string out = "<code>";
  for (std::size_t i = 0; i < lines.size() && i < most_lines; ++i) {
    out += (i > 0 ? "\n" : "") + line_html(lines[i]);
  }
  return out + "</code>";
}

std::string source_html(const ConfluenceReport& report) {
  const spec::Source source(std::string_view(report.text).substr(0, spec::largest_file));
  const auto tokens = spec::tokens_of(source);
  const Marks marks = tokens ? marks_of(report, source, *tokens) : Marks{};
  const std::vector<std::string> lines = lines_of(source.text());
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Source\">\n"
      "<pre class=\"source\">";
  for (std::uint32_t i = 1; i <= lines.size() && i <= most_lines; ++i) {
    const auto kind = marks.kinds.find(i);
    out += fmt::format("<span class=\"line{}\" id=\"line-{}\"><span class=\"at\">{:>4}</span>",
                       kind == marks.kinds.end() ? "" : " " + kind->second, i, i);
    out += "<code>" + line_html(lines[i - 1]) + "</code>";
    const auto remarks = marks.remarks.find(i);
    if (remarks != marks.remarks.end()) {
      for (const std::string& remark : remarks->second) out += element("em", "remark", remark);
    }
    out += "</span>\n";
    const auto warnings = marks.warnings.find(i);
    if (warnings == marks.warnings.end()) continue;
    for (const std::string& warning : warnings->second) {
      out += element("span", "line warning", "     ⚠ " + warning) + "\n";
    }
  }
  if (lines.size() > most_lines) {
    out += element("span", "line", fmt::format("... {} more lines", lines.size() - most_lines));
  }
  return out + "</pre>\n</div>\n";
}

}  // namespace tribunal::reports::confluence
