/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.internal.spawn.guard;

/** What the watchdog does, in the language of every {@code /bin/sh}. */
final class WatchdogScript {

  /*
   * Arguments: $1 the pid of the JVM, $2 a path of the table. Standard input: the lifeline.
   * Standard output: one line, "ready" or what is missing.
   *
   * Why it ends what it ends
   * ------------------------
   * - Before it says ready it tries, on its own environment, the very grep that it will use, once
   *   on an entry that is there and once on one that is not: a grep that matches everything, or
   *   nothing, is never used.
   * - The end of the lifeline alone is not taken for the death of the JVM: that must also be gone,
   *   a zombie or exiting (PF_EXITING, 4, in its flags; the kernel sets it on every thread before
   *   it closes the last descriptor). Where it goes on living, somebody closed the descriptor under
   *   it, and nothing is ended.
   * - Patterns are only what sed lets through: whole lines of the table with NAME=value and eight
   *   or more characters of value. An empty pattern would match every process of the machine; there
   *   is no way for one to get past sed, and with no pattern at all the script has ended before it
   *   gets to grep.
   * - A signal is sent only to what the scan immediately before it has found. Its own pid and 1 are
   *   left out.
   *
   * When it ends them
   * -----------------
   * TERM to each process when it is first seen; 300 ms after the first scan, KILL to whatever a
   * scan finds; scans go on until two in a row found nothing, or for 1.3 s in all, or longer where
   * the machine is so busy that there was no time for five rounds. Two, because a process in the
   * middle of exec has no environment for a moment. The first 100 ms are waited out in any case,
   * for a child that was just being started when the JVM died.
   *
   * One grep looks at all processes. Where they are so many that their names do not fit its
   * arguments (the shell says 126), it is started for one part of them after the other. Cookies
   * come by a pipe and have no such limit.
   *
   * The signals are ignored, not handled, so that what the script starts ignores them as well.
   */
  static final String TEXT =
      """
      trap '' HUP INT QUIT PIPE ALRM TERM USR1 USR2 TSTP TTIN TTOU
      jvm=$1
      fail() { echo "$1"; exit 1; }
      cookies=
      search() { printf '%s\\n' "$cookies" | grep -lszxF -f - "$@"; }
      for tool in grep sed sleep; do
        command -v $tool >/dev/null || fail "there is no $tool"
      done
      sleep 0.001 || fail 'sleep knows no fractions of a second'
      mine=/proc/$$/environ
      cookies=PATH=$PATH
      [ "$(search $mine)" = $mine ] || fail 'grep -lszxF does not find an entry of an environment'
      cookies=PATH=$PATH:
      [ -z "$(search $mine)" ] || fail 'grep -lszxF finds entries that are not there'
      [ -r "$2" ] || fail 'the table cannot be opened'
      exec 3<"$2" || fail 'the table cannot be opened'
      look() {
        state= flags= born=
        read -r line <"/proc/$jvm/stat" || return
        set -- ${line##*) }
        state=$1 flags=$7 born=${20}
      }
      look
      birth=$born
      living() {
        look
        case $state in R|S|D|T|t|I) ;; *) return 1 ;; esac
        [ "$born" = "$birth" ] || return 1
        case $flags in ''|*[!0-9]*) return 1 ;; esac
        [ $((flags & 4)) -eq 0 ]
      }
      echo ready
      exec >/dev/null
      while read -r line; do :; done
      tries=0
      while living; do
        tries=$((tries + 1))
        [ $tries -le 15 ] || exit 0
        sleep 0.02
      done
      cookies=$(sed -n 's/^+\\([A-Z][A-Z_]*=[!-~]\\{8,\\}\\) *$/\\1/p' <&3)
      case $cookies in [A-Z]*=????????*) ;; *) exit 0 ;; esac
      exec 3<&-
      cd /proc || exit 0
      scan() {
        found=$(search [0-9]*/environ)
        if [ $? -eq 126 ]; then
          found=
          for part in 1 2 3 4 5 6 7 8 9; do
            found="$found $(search $part/environ $part[0-4]*/environ) $(search $part[5-9]*/environ)"
          done
        fi
        pids=
        for file in $found; do
          pid=${file%/environ}
          case $pid in ''|0*|1|$$|*[!0-9]*) ;; *) pids="$pids $pid" ;; esac
        done
      }
      clock() {
        read -r now line </proc/uptime
        now=${now%.*}${now#*.}
        now=${now#"${now%%[!0]*}"}
      }
      clock
      start=$((now))
      asked=' '
      empty=0
      rounds=0
      pause=2
      while :; do
        scan
        clock
        age=$((now - start))
        if [ -z "$pids" ]; then
          empty=$((empty + 1))
          [ $empty -lt 2 ] || [ $age -lt 10 ] || exit 0
        elif [ $age -lt 30 ] || [ "$asked" = ' ' ]; then
          empty=0
          for pid in $pids; do
            case $asked in *" $pid "*) ;; *) kill -TERM $pid; asked="$asked$pid " ;; esac
          done
        else
          empty=0
          rounds=$((rounds + 1))
          pause=2
          kill -KILL $pids
        fi
        [ $age -lt 130 ] || [ $rounds -lt 5 ] || exit 0
        sleep 0.0$pause
        [ $pause -ge 8 ] || pause=$((pause + 2))
      done
      """;

  private WatchdogScript() {}
}
