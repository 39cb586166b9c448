"""The graph over HTTP: a SPARQL endpoint for programs, a JSON API, and pages for people.

    app        routes, and what every answer carries: the policy of its content, the log
    endpoint   SPARQL 1.1 Protocol; `negotiate` chooses formats, `guard` refuses what would write or leave the machine
    pages      HTML of `templates/`; `api` the same as JSON
    workers    processes that hold the graph and do all work on it; one that takes too long is killed
    jobs       what a worker can do: `answers` (SPARQL), `views`, `things`, `reading`, `network`, `search`

Nothing in the web process opens the graph. Read-only, unless it was started to take updates (`writing`,
`graph_store`); no request leaves the machine.
"""
