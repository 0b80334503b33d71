"""Reference values of ChatTemplateTest and ChatPromptTest: what Hugging Face transformers makes of chat templates.

  python chat-templates.py ../resources/org/radllama/train/chat

Writes a small tokenizer of its own and chat-templates.json. The templates are short ones in the style of each family.
Versions used: transformers 5.24.0, jinja2 3.1.6, tokenizers as it comes with them.
"""

import json
import pathlib
import random
import sys

import jinja2
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast
from transformers.utils.chat_template_utils import _compile_jinja_template

OUT = pathlib.Path(sys.argv[1])
MARKS = ["<|pad|>", "<s>", "</s>", "<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>",
         "<|eot_id|>", "[INST]", "[/INST]"]

CHATML = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\\nBe brief.<|im_end|>\\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
LLAMA2 = (
    "{% if messages[0]['role'] == 'system' %}{% set turns = messages[1:] %}{% set told = messages[0]['content'] %}"
    "{% else %}{% set turns = messages %}{% set told = false %}{% endif %}"
    "{% for message in turns %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}"
    "{% if loop.index0 == 0 and told != false %}{% set content = '<<SYS>>\\n' + told + '\\n<</SYS>>\\n\\n' + message['content'] %}"
    "{% else %}{% set content = message['content'] %}{% endif %}"
    "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
    "{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}")
LLAMA3 = (
    "{% set loop_messages = messages %}{% for message in loop_messages %}"
    "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' %}"
    "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}")
LLAMA31 = """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{#- What the system says comes first. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
    {%- endfor %}
{%- endif %}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""
QWEN25 = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>system\\nYou are brief.<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
QWEN3 = """{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<t>') and message.content.endswith('</t>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if '</think>' in content %}
            {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index and (loop.last or (not loop.last and reasoning_content)) %}
            {{- '<|im_start|>' + message.role + '\\n' + content.lstrip('\\n') }}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
MISTRAL = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or message.role == "tool_results" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("After the optional system message, roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {{- "[AVAILABLE_TOOLS] [" }}
        {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported, with the exception of an initial optional system message!") }}
    {%- endif %}
{%- endfor %}
"""
ZEPHYR = """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>
' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>
'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}
"""
MACROS = """{%- macro say(role, text, mark='<|im_end|>') -%}
  <|im_start|>{{ role }}
{{ text }}{{ mark }}
{%- endmacro -%}
{%- for message in messages if message.role != 'system' -%}
{{ say(message.role, message.content) }}
{% else -%}
nobody speaks
{%- endfor -%}
{%- set closing %}[{{ messages | map(attribute='role') | join(', ') }}]{% endset -%}
{{ closing }}{{ say('x', 'y', mark='!') }}
{%- for key, value in messages[0].items() %} {{ key }}={{ value | length }}{% if loop.last %}{% break %}{% endif %};{% endfor %}
"""
FAMILIES = {"chatml": CHATML, "llama-2": LLAMA2, "llama-3": LLAMA3, "llama-3.1": LLAMA31, "qwen-2.5": QWEN25,
            "qwen-3": QWEN3, "mistral": MISTRAL, "zephyr": ZEPHYR, "macros": MACROS}
USER = {"role": "user", "content": "Derive the impression.\n\nFindings: No \"new\" opacity, 2 x 3 cm \u2265 1.\n Heart\u00e9 normal. "}
ANSWER = {"role": "assistant", "content": " No acute disease.\n"}
SYSTEM = {"role": "system", "content": "  You are a radiologist. "}
CONVERSATIONS = [[USER], [USER, ANSWER], [SYSTEM, USER], [SYSTEM, USER, ANSWER], [USER, ANSWER, USER]]

EXPRESSIONS = """
1 + 2 * 3 - 4 // 3 % 2
-7 // 2
-7 % 3
7 / 2
(2 - 1) ~ 'a' ~ 3
'a' * 3
'a' 'b' "c"
'tab\\there' ~ '\\x41\\u00e9\\'\\"\\\\'
1 == 1.0 and true == 1
'b' < 'a' or 1 < 2 <= 2
not 1 == 2
not true and false
none is none and missing is not defined
missing is undefined or missing.x
messages is iterable and messages is not mapping
messages[0] is mapping and messages[0].content is string
3 is odd and 4 is even and 6 is divisibleby 3
3 is number and 'x' is not number
'x' in 'xyz' and 'q' not in 'xyz' and 2 in [1, 2] and 'role' in messages[0]
messages[0]['nothing'] is defined
messages[0].nothing is defined
messages[7] is defined
messages[-1].role
messages[0].content[2:5] ~ messages[0].content[::-1][:3] ~ messages[0].content[-4:]
[1, 2, 3, 4][::2] | join('-')
[1, 2, 3, 4][3:0:-1] | join('-')
(1, 2) | length
'a' if false else 'b' if false else 'c'
'a' if false
missing
missing | default('d')
'' | default('d', true)
none | default('d')
none
true
false
1.5
2.0
'  x y '.strip() ~ '|' ~ '  x y '.lstrip() ~ '|' ~ '  x y '.rstrip() ~ '|'
'xxaxx'.strip('x') ~ ' a ' | trim ~ '.'
'a b  c'.split() | join('-')
'a,b,,c'.split(',') | join('-')
'a,b,c'.split(',', 1) | join('-')
'Ab'.upper() ~ 'Ab'.lower() ~ 'ab cD'.capitalize() ~ 'aXb'.replace('X', 'y')
'Ab' | upper ~ 'Ab' | lower ~ 'ab cD' | capitalize ~ 'aXb' | replace('X', 'y')
'abc'.startswith('ab') ~ 'abc'.endswith('x') ~ 'abc'.find('c')
[3, 1] | first ~ [3, 1] | last ~ [3, 1] | reverse | join
messages | selectattr('role', 'equalto', 'user') | list | length
messages | selectattr('role', 'ne', 'user') | map(attribute='role') | join
messages | rejectattr('role', 'in', ['user']) | list | length
['a', ''] | select | list | length
['a', ''] | reject | list | length
['a', 'b'] | map('upper') | join
range(3) | join(',') ~ range(1, 7, 2) | join(',') ~ range(3, 0, -1) | join(',')
{'b': 1, 'a': [true, none, 1.5, 'x"\\n\\u00e9<&']} | tojson
{'b': {}, 'a': [], 'c': [1, {'d': 2}]} | tojson(indent=2)
'<\\'&>' | tojson
{'a': 1}.get('a') ~ {'a': 1}.get('b', 2) ~ {'a': 1}.get('b')
{'a': 1, 'b': 2}.items() | list | length ~ {'a': 1, 'b': 2} | items | list | length
{'a': 1, 'b': 2}.keys() | join ~ {'a': 1, 'b': 2}.values() | join
namespace(a=3).a + dict(b=4).b
([1] + [2]) | length
messages | length > 1 and messages[0].content | length > 3
'a' ~ (1 + 2)
- 3 + 5
'x' | string | safe
bos_token ~ eos_token ~ pad_token
tools is none
add_generation_prompt
""".strip().split("\n")
REFUSED = ["{{ raise_exception('no') }}", "{{ messages.append(1) }}", "{{ missing.x.y }}", "{{ missing() }}", "{{ 1 + 'a' }}",
           "{% if true %}", "{% endif %}", "{{ 1 ", "{% nothing %}", "{{ 'a' | nothing }}", "{{ 1 is nothing }}",
           "{% for x in 3 %}{% endfor %}", "{{ }}", "{{ 1 2 }}", "{# open", "{% set messages.x = 1 %}",
           "{{ 'a'.__class__.x }}", "{{ messages.__class__.__mro__[1] }}", "{% include 'x' %}", "{{ 1 // 0 }}"]


def white_space(rng):
    """Random tags, signs, blanks and line breaks."""
    def piece(depth):
        kind = rng.randrange(9)
        left, right = rng.choice(["", "-", "", "+", ""]), rng.choice(["", "-", "", "+", ""])
        if kind < 3:
            return rng.choice(["\n", "  ", " x ", "\t\n", "y\n", "\n\n", "z"])
        if kind == 3:
            return "{{" + left.replace("+", "") + " 'v' " + right.replace("+", "") + "}}"
        if kind == 4:
            return "{#" + left + " c " + right.replace("+", "") + "#}"
        if kind == 5:
            return "{%" + left + " set a = 1 " + right + "%}"
        if depth > 1:
            return "\n"
        open_, close = rng.choice([("if true", "endif"), ("if false", "endif"), ("for i in [1, 2]", "endfor"), ("raw", "endraw")])
        if open_ == "raw":
            left, right = left.replace("+", ""), right.replace("+", "")
        body = "".join(piece(depth + 1) for _ in range(rng.randrange(4)))
        if open_ == "raw":
            body = rng.choice([" {{ x }}\n", "\n {% if %} ", "q"])
        mirror = rng.choice(["", "-"])
        return "{%" + left + " " + open_ + " " + right + "%}" + body + "{%" + mirror + " " + close + " %}"
    return "".join(piece(0) for _ in range(rng.randrange(3, 9)))


def tokenizer():
    small = Tokenizer(models.BPE())
    small.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    small.decoder = decoders.ByteLevel()
    texts = [m["content"] for m in CONVERSATIONS[3]] + ["user system assistant Be brief You are impression Findings " * 3]
    small.train_from_iterator(texts * 3, trainers.BpeTrainer(
        vocab_size=340, special_tokens=MARKS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return PreTrainedTokenizerFast(tokenizer_object=small, bos_token="<s>", eos_token="</s>", pad_token="<|pad|>")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    fast = tokenizer()
    fast.save_pretrained(OUT / "tokenizer")
    keep = {"tokenizer.json", "tokenizer_config.json"}
    for file in (OUT / "tokenizer").iterdir():
        if file.name not in keep:
            file.unlink()
    # What a template takes that looks whether there is a clock, and finds none.
    unclocked = {"date_string": "26 Jul 2024"}
    families = []
    for name, template in FAMILIES.items():
        for conversation, messages in enumerate(CONVERSATIONS):
            for asks in (False, True):
                case = {"family": name, "conversation": conversation, "asks": asks}
                text = fast.apply_chat_template(messages, chat_template=template, tokenize=False, add_generation_prompt=asks, **unclocked)
                ids = fast.apply_chat_template(messages, chat_template=template, tokenize=True, add_generation_prompt=asks,
                                               return_dict=False, **unclocked)
                trained = conversation < 2 and asks == (conversation == 0)
                families.append(case | {"text": text} | ({"ids": ids} if trained else {}))

    def rendered(template):
        return _compile_jinja_template(template).render(
            messages=CONVERSATIONS[3], tools=None, documents=None, add_generation_prompt=True, **fast.special_tokens_map)

    expressions = []
    for e in EXPRESSIONS:
        try:
            expressions.append([e, rendered("{{ " + e + " }}")])
        except Exception as problem:
            print("refused by jinja2:", e, problem)
    for template in REFUSED:
        try:
            rendered(template)
        except Exception:
            continue
        print("not refused by jinja2:", template)
    rng = random.Random(5)
    spaces = []
    while len(spaces) < 100:
        template = white_space(rng)
        try:
            spaces.append([template, rendered(template)])
        except jinja2.TemplateSyntaxError:
            continue
    json.dump({"conversations": CONVERSATIONS, "templates": FAMILIES, "families": families, "expressions": expressions, "white_space": spaces, "refused": REFUSED},
              open(OUT / "chat-templates.json", "w"), ensure_ascii=True, separators=(",", ":"))


main()
