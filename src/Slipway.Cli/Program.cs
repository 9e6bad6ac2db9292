using Slipway.Cli.Commands;

return await SlipwayCommand.Create(Surroundings.Real()).Parse(args).InvokeAsync();
