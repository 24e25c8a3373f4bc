import GumbelCommand

Program.main()
