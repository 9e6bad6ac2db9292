Console.WriteLine("slipway");
