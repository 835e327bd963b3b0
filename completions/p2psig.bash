# Completion of p2psig for bash.
#
# Names of rooms are other people's: they are read line by line, compared and quoted, never evaluated. (compgen -W
# would expand its list: a room called $(touch x) would run.)

# What a command takes, into `known`: NAME, or NAME=KIND for one with a value, NAME=?KIND if the value may be left out,
# and a * in front if it may be given again.
_p2psig_options() {
  local -a connect=(--url= '*-H=' '*--header=' --cacert=FILE -k --insecure --connect-timeout= --token-file=FILE)
  case $1 in
    serve)
      known=(-h --help --host= --port= --max-connections= --max-pending= --max-room-peers= --max-message-bytes=
        --max-outbox-bytes= --max-outbox-total= --rate-messages= --rate-bytes= --rate-deliveries= --ping-interval=
        --ping-timeout= --handshake-timeout= --message-timeout= --join-timeout= --allow-observers --drain-seconds=
        '--log-format=auto|pretty|logfmt|json' '--log-level=error|warn|info|debug' '--color=auto|always|never')
      ;;
    join)
      known=(-h --help --observe --json "${connect[@]}" '*--send=MESSAGE' '--peers=first|all' --wait-peers=
        --wait-for=TYPES --count= --linger= --no-stdin --timeout= --fail-on-error --fail-on=CODES '--reconnect=?'
        --record=FILE '--color=auto|always|never')
      ;;
    status)
      known=(-h --help --json --room=ROOM '--sort=name|peers' '--watch=?' --min-peers= --max-peers= --has-peer=
        --min-clients= --max-clients= --wait --timeout= -q --quiet "${connect[@]}" '--color=auto|always|never')
      ;;
    *) known=(-h --help --version) ;;
  esac
}

# The words in front of the cursor, as the shell will see them: bash breaks them at = and : as well. Into `typed`.
_p2psig_words() {
  local rest=$COMP_LINE behind i
  typed=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    behind=${rest#"${rest%%[![:space:]]*}"}
    if ((i > 0)) && [[ $behind == "$rest" ]]; then
      typed[${#typed[@]} - 1]+=${COMP_WORDS[i]}
    else
      typed+=("${COMP_WORDS[i]}")
    fi
    rest=${behind#"${COMP_WORDS[i]}"}
  done
}

# Offers $1 if the word being typed, $2, can become it. What stands in front of the word's last = or : stays as it is.
_p2psig_offer() {
  local candidate=$1 word=$2 quoted kept=
  case $word in
    \'*)
      [[ $candidate != *\'* && $candidate == "${word#\'}"* ]] && COMPREPLY+=("$candidate")
      return
      ;;
    \"*)
      [[ $candidate != *[\"\$\`\\!]* && $candidate == "${word#\"}"* ]] && COMPREPLY+=("$candidate")
      return
      ;;
  esac
  printf -v quoted %q "$candidate"
  [[ $word == *[=:]* ]] && kept=${word%"${word##*[=:]}"}
  if [[ $quoted == "$word"* ]]; then
    COMPREPLY+=("${quoted#"$kept"}")
  elif [[ -z $kept && $candidate == "$word"* ]]; then
    COMPREPLY+=("$quoted")
  fi
}

# The rooms of the server that the line names.
_p2psig_rooms() {
  local program=${typed[0]/#\~\//$HOME/} word=$1 room i
  local -a server=()
  for ((i = 1; i < ${#typed[@]} - 1; i++)); do
    case ${typed[i]} in
      --url | -H | --header | --cacert | --token-file | --connect-timeout) server+=("${typed[i]}" "${typed[++i]}") ;;
      --url=* | --header=* | --cacert=* | --token-file=* | --connect-timeout=* | -k | --insecure) server+=("${typed[i]}") ;;
    esac
  done
  server=("${server[@]//[\"\']/}")
  while IFS= read -r room; do
    [[ $room == -* && ! $ended ]] || _p2psig_offer "$room" "$word"
  done < <("$program" __complete rooms "${server[@]}" 2>/dev/null)
}

# Files whose names go on like $2, with $1 in front of them.
_p2psig_files() {
  local prefix=$1 name
  while IFS= read -r name; do
    [[ -d $name ]] && name+=/ && compopt -o nospace 2>/dev/null
    _p2psig_offer "$prefix$name" "$prefix$2"
  done < <(compgen -f -- "$2")
}

# Values of kind $1 for the word $2.
_p2psig_values() {
  local kind=$1 word=$2 each
  local listed=
  case $kind in
    ROOM) _p2psig_rooms "$word" ;;
    FILE) _p2psig_files '' "$word" ;;
    MESSAGE) [[ $word == @* ]] && _p2psig_files @ "${word#@}" ;;
    CODES | TYPES)
      [[ $word == *,* ]] && listed=${word%,*},
      compopt -o nospace 2>/dev/null
      if [[ $kind == CODES ]]; then
        set -- any offer-unanswered answer-without-offer glare candidate-before-description stale-ufrag answer-mismatch \
          no-common-codec setup-clash left-mid-negotiation undeliverable only-host-candidates only-mdns-candidates \
          no-candidates
      else
        set -- offer answer ice-candidate candidate peer-joined peer-left
      fi
      for each; do [[ $listed$each == "$word"* ]] && COMPREPLY+=("$listed$each"); done
      ;;
    *'|'*)
      local IFS='|'
      for each in $kind; do _p2psig_offer "$each" "$word"; done
      ;;
  esac
}

_p2psig() {
  local -a typed known
  local command= word previous= each name i ended= arguments=0
  _p2psig_words
  COMPREPLY=()
  local last=$((${#typed[@]} - 1))
  word=${typed[last]}
  ((last > 1)) && command=${typed[1]}
  _p2psig_options "$command"
  local -A kinds=() again=()
  for each in "${known[@]}"; do
    name=${each%%=*}
    [[ $name == \** ]] && again[${name#\*}]=yes
    [[ $each == *=* ]] && kinds[${name#\*}]=${each#*=}
  done

  # What was given, and whether the word is the value of the option before it.
  local -A given=()
  for ((i = 2; i < last; i++)); do
    previous=
    if [[ $ended || ${typed[i]} != -* ]]; then
      arguments=$((arguments + 1))
    elif [[ ${typed[i]} == -- ]]; then
      ended=yes
    else
      name=${typed[i]%%=*}
      given[$name]=yes
      if [[ ${typed[i]} != *=* && ${kinds[$name]+set} && ${kinds[$name]} != \?* ]]; then
        previous=$name
        ((++i < last)) && previous=
      fi
    fi
  done

  if [[ $previous ]]; then
    _p2psig_values "${kinds[$previous]}" "$word"
  elif [[ ! $ended && $word == --*=* ]]; then
    name=${word%%=*}
    _p2psig_values "${kinds[$name]#\?}" "${word#*=}"
  elif [[ ! $ended && $word == -* ]]; then
    for each in "${known[@]}"; do
      name=${each%%=*}
      name=${name#\*}
      [[ ${given[$name]} && ! ${again[$name]} ]] || _p2psig_offer "$name" "$word"
    done
  elif ((last == 1)); then
    for each in serve join status; do _p2psig_offer "$each" "$word"; done
  elif [[ $command == join && $arguments == 0 ]]; then
    _p2psig_rooms "$word"
  fi
}

complete -F _p2psig p2psig
