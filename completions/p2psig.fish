# Completion of p2psig for fish.
#
# Names of rooms are other people's: fish quotes what it inserts, and nothing evaluates them.

# The rooms of the server that the line names.
function __p2psig_rooms
    set -l words (commandline -opc)
    set -l server
    set -l i 2
    while test $i -le (count $words)
        switch $words[$i]
            case --url -H --header --cacert --token-file --connect-timeout
                set -a server $words[$i] $words[(math $i + 1)]
                set i (math $i + 1)
            case '--url=*' '--header=*' '--cacert=*' '--token-file=*' '--connect-timeout=*' -k --insecure
                set -a server $words[$i]
        end
        set i (math $i + 1)
    end
    set -l rooms ($words[1] __complete rooms $server 2>/dev/null)
    contains -- -- $words; or set rooms (string match -v -- '-*' $rooms)
    set rooms (string match -v -- '~*' $rooms) # fish would not quote it: it would become somebody's home
    printf '%s\n' $rooms
end

# A list with commas goes on with each of these words.
function __p2psig_list
    set -l typed (string replace -r '^--[a-z-]+=' '' -- (commandline -ct))
    set -l listed (string match -r '^.*,' -- $typed)
    for word in $argv
        echo "$listed$word"
    end
end

# @FILE.
function __p2psig_files
    set -l typed (string replace -r '^--[a-z-]+=' '' -- (commandline -ct))
    string match -q '@*' -- $typed; or return
    for name in (__fish_complete_path (string sub -s 2 -- $typed))
        echo "@$name"
    end
end

function __p2psig_room_is_next
    set -l words (commandline -opc)
    set -l takes_value --url -H --header --cacert --token-file --connect-timeout --send --peers --wait-peers \
        --wait-for --count --linger --timeout --fail-on --record --color
    set -l i 3
    while test $i -le (count $words)
        if contains -- $words[$i] $takes_value
            set i (math $i + 1)
        else if not string match -q -- '-*' $words[$i]
            return 1
        end
        set i (math $i + 1)
    end
end

complete -c p2psig -f
complete -c p2psig -s h -l help -d 'Show the options'
complete -c p2psig -n __fish_use_subcommand -l version -d 'Show the versions'
complete -c p2psig -n __fish_use_subcommand -a serve -d 'Run the signaling server'
complete -c p2psig -n __fish_use_subcommand -a join -d 'Join a room and talk'
complete -c p2psig -n __fish_use_subcommand -a status -d 'Who is in which room'

set -l in_all '__fish_seen_subcommand_from serve join status'
complete -c p2psig -n $in_all -l color -x -a 'auto always never' -d Colour

set -l in_serve '__fish_seen_subcommand_from serve'
complete -c p2psig -n $in_serve -l host -x -a '(__fish_print_hostnames)' -d 'Address or name to listen on'
complete -c p2psig -n $in_serve -l port -x -d 'Port to listen on'
complete -c p2psig -n $in_serve -l max-connections -x -d 'Most clients'
complete -c p2psig -n $in_serve -l max-pending -x -d 'Most connections beside those'
complete -c p2psig -n $in_serve -l max-room-peers -x -d 'Most peers in a room'
complete -c p2psig -n $in_serve -l max-message-bytes -x -d 'Largest message'
complete -c p2psig -n $in_serve -l max-outbox-bytes -x -d 'Most that waits for a client'
complete -c p2psig -n $in_serve -l max-outbox-total -x -d 'Most that waits for all'
complete -c p2psig -n $in_serve -l rate-messages -x -d 'Frames a second from a client'
complete -c p2psig -n $in_serve -l rate-bytes -x -d 'Bytes a second from a client'
complete -c p2psig -n $in_serve -l rate-deliveries -x -d 'Deliveries a second from a client'
complete -c p2psig -n $in_serve -l ping-interval -x -d 'When a silent client is pinged'
complete -c p2psig -n $in_serve -l ping-timeout -x -d 'When a silent client is cut off'
complete -c p2psig -n $in_serve -l handshake-timeout -x -d 'Time for a request'
complete -c p2psig -n $in_serve -l message-timeout -x -d 'Time for a message'
complete -c p2psig -n $in_serve -l join-timeout -x -d 'Time to join'
complete -c p2psig -n $in_serve -l allow-observers -d 'Let anybody watch a room'
complete -c p2psig -n $in_serve -l drain-seconds -x -d 'Time to close all connections'
complete -c p2psig -n $in_serve -l log-format -x -a 'auto pretty logfmt json' -d 'Format of the log'
complete -c p2psig -n $in_serve -l log-level -x -a 'error warn info debug' -d 'What is logged'

set -l in_clients '__fish_seen_subcommand_from join status'
complete -c p2psig -n $in_clients -l url -x -d 'Where the server is'
complete -c p2psig -n $in_clients -s H -l header -x -d 'A header for the request'
complete -c p2psig -n $in_clients -l cacert -r -F -d 'Trust the authorities in this PEM file only'
complete -c p2psig -n $in_clients -s k -l insecure -d 'Take any certificate'
complete -c p2psig -n $in_clients -l connect-timeout -x -d 'Time to connect and get an answer'
complete -c p2psig -n $in_clients -l token-file -r -F -d 'Send the token in this file'
complete -c p2psig -n $in_clients -l json -d 'JSON'
complete -c p2psig -n $in_clients -l timeout -x -d 'End with exit code 4 after this time'

set -l in_join '__fish_seen_subcommand_from join'
complete -c p2psig -n "$in_join; and __p2psig_room_is_next" -a '(__p2psig_rooms)' -d Room
complete -c p2psig -n $in_join -l observe -d 'Watch the room without being in it'
complete -c p2psig -n $in_join -l send -x -a '(__p2psig_files)' -d 'Send a message, or @FILE'
complete -c p2psig -n $in_join -l peers -x -a 'first all' -d 'Who @peer is'
complete -c p2psig -n $in_join -l wait-peers -x -d 'Wait for so many others'
complete -c p2psig -n $in_join -l wait-for -x -a '(__p2psig_list offer answer ice-candidate candidate peer-joined peer-left)' -d 'Wait for messages of these types'
complete -c p2psig -n $in_join -l count -x -d 'Wait for so many messages'
complete -c p2psig -n $in_join -l linger -x -d 'How long to stay'
complete -c p2psig -n $in_join -l no-stdin -d 'Do not read stdin'
complete -c p2psig -n $in_join -l fail-on-error -d 'End with exit code 5 at an error'
complete -c p2psig -n $in_join -l fail-on -x -a '(__p2psig_list any offer-unanswered answer-without-offer glare candidate-before-description stale-ufrag answer-mismatch no-common-codec setup-clash left-mid-negotiation undeliverable only-host-candidates only-mdns-candidates no-candidates)' -d 'End with exit code 1 at these findings'
complete -c p2psig -n $in_join -l reconnect -d 'Connect again'
complete -c p2psig -n $in_join -l record -r -F -d 'Write all messages to a file'

set -l in_status '__fish_seen_subcommand_from status'
complete -c p2psig -n $in_status -l room -x -a '(__p2psig_rooms)' -d 'Only this room'
complete -c p2psig -n $in_status -l sort -x -a 'name peers' -d 'Order of the table'
complete -c p2psig -n $in_status -l watch -d 'Look again and again'
complete -c p2psig -n $in_status -l min-peers -x -d 'True if the room has so many or more'
complete -c p2psig -n $in_status -l max-peers -x -d 'True if the room has so many or fewer'
complete -c p2psig -n $in_status -l has-peer -x -d 'True if this peer is in the room'
complete -c p2psig -n $in_status -l min-clients -x -d 'True if so many or more are connected'
complete -c p2psig -n $in_status -l max-clients -x -d 'True if so many or fewer are connected'
complete -c p2psig -n $in_status -l wait -d 'Until all that is asked is true'
complete -c p2psig -n $in_status -s q -l quiet -d 'Nothing on stdout'
